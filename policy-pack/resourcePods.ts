import type { AssessedPod, Field } from '../hardening';
import type { HardeningLayer } from './hardening';
import { podSites } from './image-sources';
import { plainValue } from './image-sources/plainValue';
import { isObject } from './image-sources/readProperty';
import type { PropertyNode } from './image-sources/readProperty';

/** A pod of a resource, with where it stands. */
export interface ResourcePod extends AssessedPod {
  readonly replicas: Field;
  /** Path of the pod spec. */
  readonly path: string;
}

/**
 * Kinds whose pods something else completes: a server-side apply patch sets some fields only, and KServe merges its runtime into what stands in
 * its resources. What is missing there may be set elsewhere.
 */
const COMPLETED_ELSEWHERE = /^kubernetes:(?:serving\.kserve\.io\/|[^:]+:\w+Patch$)/;

const KSERVE = /^kubernetes:serving\.kserve\.io\//;

/** Whether a resource type may have pods; cheap, so that the hardening layer is loaded only where it is needed. */
export const mayHavePods = (type: string): boolean => type.startsWith('kubernetes:');

/**
 * The pods of a resource, read leaf by leaf.
 *
 * @param type Pulumi type token.
 * @param props Properties as a policy receives them.
 */
export function resourcePods(type: string, props: unknown, { Field, Pod, UNKNOWN }: HardeningLayer): readonly ResourcePod[] {
  const sites = podSites(type, props);
  if (sites.length === 0 || !isObject(props)) return [];
  const fieldOf = ({ path, value }: PropertyNode): Field => new Field(path, plainValue(value, UNKNOWN));
  const resource: PropertyNode = { path: '', value: props };
  return sites.map(({ path, pod: { spec, holder, others } }) => ({
    pod: new Pod({
      spec: fieldOf(spec),
      metadata: KSERVE.test(type)
        ? new Field('metadata', kserveMetadata(fieldOf(resource), spec.path, holder !== undefined))
        : fieldOf(holder ?? resource).at('metadata'),
      others: others.map(fieldOf),
    }),
    replicas: fieldOf(resource).at('spec', 'replicas'),
    isPartial: COMPLETED_ELSEWHERE.test(type),
    path,
  }));
}

/**
 * Annotations of pods that KServe makes. A pod spec among the fields of its component has them beside it, and from the resource; the template
 * of a language model has them in the workload around it. What is not known there gives nothing up.
 * https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/component.go (ComponentExtensionSpec)
 */
function kserveMetadata(resource: Field, podPath: string, isTemplate: boolean): object {
  const steps = podPath.split('.');
  const places = isTemplate
    ? [resource.at(...steps.slice(0, -1), 'annotations')]
    : [resource.at('metadata', 'annotations'), resource.at(...steps, 'annotations')];
  return { annotations: Object.assign({}, ...places.map(({ value }) => value)) as object };
}
