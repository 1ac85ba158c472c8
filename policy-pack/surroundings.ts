import type { Field } from '../hardening';
import type { HardeningLayer } from './hardening';
import { plainValue } from './image-sources/plainValue';
import { podInWords, podViolations } from './policies/podViolations';
import { resourcePods } from './resourcePods';
import type { Violation } from './violations';

/** What we need of a resource of the stack. */
interface StackResource {
  readonly type: string;
  readonly urn: string;
  readonly props: unknown;
}

const NETWORK_POLICY = /^kubernetes:(?:networking\.k8s\.io|extensions)\/[^:]+:NetworkPolicy(?:Patch)?$/;
const DISRUPTION_BUDGET = /^kubernetes:policy\/[^:]+:PodDisruptionBudget(?:Patch)?$/;

/** Advice about workloads with models around which something is missing, each with the resource that it is about. */
export function surroundingViolations(
  resources: readonly StackResource[],
  hardening: HardeningLayer,
): readonly { readonly urn: string; readonly violation: Violation }[] {
  const { Field, UNKNOWN, assessSurroundings, isModelPod } = hardening;
  const fieldsOf = (pattern: RegExp): readonly Field[] =>
    resources.filter(({ type }) => pattern.test(type)).map(({ props }) => new Field('', plainValue(props, UNKNOWN)));
  const surroundings = { networkPolicies: fieldsOf(NETWORK_POLICY), disruptionBudgets: fieldsOf(DISRUPTION_BUDGET) };
  return resources.flatMap(({ type, urn, props }) =>
    resourcePods(type, props, hardening)
      // A patch and a resource that KServe completes get labels, and often network policies, from elsewhere.
      .filter(({ pod, isPartial }) => isPartial !== true && isModelPod(pod))
      .flatMap((resource) => {
        const namespace = new Field('', plainValue(props, UNKNOWN)).at('metadata', 'namespace');
        const workload = { labels: resource.pod.metadata.at('labels'), namespace, replicas: resource.replicas };
        const shortcomings = assessSurroundings(resource, workload, surroundings);
        return podViolations(shortcomings, hardening, { pod: podInWords(resource.path), unknown: 'advisory' }).map((violation) => ({
          urn,
          violation,
        }));
      }),
  );
}
