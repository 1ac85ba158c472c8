import type * as pulumi from '@pulumi/pulumi';

import { choice, integer, secretName, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check } from '../../arguments/argumentProblems';
import { isPlain } from '../../arguments/mapInput';
import { unknownArguments } from '../../arguments/unknownArguments';
import { AutoscalingKind } from './args/autoscaling';
import type { ModelAutoscalingArgs } from './args/autoscaling';

interface Bounds {
  readonly minReplicas: pulumi.Input<number>;
  readonly maxReplicas: pulumi.Input<number>;
  readonly target: pulumi.Input<number>;
  readonly scaleDownSeconds: pulumi.Input<number>;
}

/** How the number of pods follows the load, with every default filled in and every value judged. */
export type AutoscalingSettings = Bounds &
  (
    | { readonly kind: 'cpu' }
    | { readonly kind: 'podMetric'; readonly metric: pulumi.Input<string> }
    | {
        readonly kind: 'keda';
        readonly prometheus: pulumi.Input<string>;
        /** `undefined`: the waiting requests of the pods of this server. */
        readonly query: pulumi.Input<string> | undefined;
        readonly triggerAuthentication: pulumi.Input<string> | undefined;
      }
  );

const MAXIMUM_REPLICAS = 10_000;
/** The longest window that the API accepts. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
const LONGEST_WINDOW = 3600;
const WAITING_REQUESTS = 'vllm:num_requests_waiting';

const replicaCount = integer(
  `a whole number from 1 to ${MAXIMUM_REPLICAS}`,
  1,
  MAXIMUM_REPLICAS,
  'set at least one pod: without any there are no metrics to scale by',
);

/** Which arguments belong to which kind; one of another kind would silently do nothing. */
const OWN_ARGUMENTS: Readonly<Record<AutoscalingKind, readonly (keyof ModelAutoscalingArgs)[]>> = {
  cpu: [],
  podMetric: ['metric'],
  keda: ['prometheus', 'query', 'triggerAuthentication'],
};

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelAutoscalingArgs, true>> = {
  kind: true,
  minReplicas: true,
  maxReplicas: true,
  target: true,
  metric: true,
  prometheus: true,
  query: true,
  triggerAuthentication: true,
  scaleDownSeconds: true,
};

/** Fills in the defaults of `args`, found at `autoscaling`, and judges every value. */
export function autoscalingSettings(args: ModelAutoscalingArgs, problems: ArgumentProblems): AutoscalingSettings {
  unknownArguments('autoscaling', args, KNOWN_ARGUMENTS, problems);
  const wrongKind = choice(Object.values(AutoscalingKind))(args.kind);
  problems.add('autoscaling.kind', wrongKind);
  const kind = wrongKind === undefined ? args.kind : AutoscalingKind.Cpu;
  const minReplicas = problems.check('autoscaling.minReplicas', args.minReplicas ?? 1, replicaCount);
  const maxReplicas = problems.check('autoscaling.maxReplicas', args.maxReplicas, replicaCount);
  if (isPlain(minReplicas) && isPlain(maxReplicas) && minReplicas > maxReplicas) {
    problems.add('autoscaling.maxReplicas', {
      expected: `at least minReplicas (${minReplicas})`,
      found: shown(maxReplicas),
      fix: 'raise maxReplicas or lower minReplicas',
    });
  }
  for (const [owner, argument] of wrongKind === undefined ? argumentsOfOtherKinds(kind) : []) {
    if (args[argument] !== undefined) {
      problems.add(`autoscaling.${argument}`, {
        expected: `nothing, as kind is "${kind}"`,
        found: 'a value',
        fix: `remove it, or set kind to "${owner}"`,
      });
    }
  }
  const bounds: Bounds = {
    minReplicas,
    maxReplicas,
    target: problems.check('autoscaling.target', args.target ?? (kind === AutoscalingKind.Cpu ? 80 : 5), targetCheck(kind)),
    scaleDownSeconds: problems.check(
      'autoscaling.scaleDownSeconds',
      args.scaleDownSeconds ?? 300,
      integer('whole seconds from 0 to one hour', 0, LONGEST_WINDOW, 'set how long the load must be low'),
    ),
  };
  switch (kind) {
    case AutoscalingKind.Cpu:
      return { ...bounds, kind: 'cpu' };
    case AutoscalingKind.PodMetric:
      return { ...bounds, kind: 'podMetric', metric: problems.check('autoscaling.metric', args.metric ?? WAITING_REQUESTS, text) };
    case AutoscalingKind.Keda:
      return {
        ...bounds,
        kind: 'keda',
        prometheus: problems.check('autoscaling.prometheus', args.prometheus ?? '', prometheusAddress),
        query: args.query === undefined ? undefined : problems.check('autoscaling.query', args.query, text),
        triggerAuthentication:
          args.triggerAuthentication === undefined
            ? undefined
            : problems.check('autoscaling.triggerAuthentication', args.triggerAuthentication, secretName),
      };
  }
}

function argumentsOfOtherKinds(
  kind: AutoscalingKind,
): readonly (readonly [owner: AutoscalingKind, argument: keyof ModelAutoscalingArgs])[] {
  const others = Object.values(AutoscalingKind).filter((other) => other !== kind);
  return others.flatMap((owner) => OWN_ARGUMENTS[owner].map((argument) => [owner, argument] as const));
}

const targetCheck = (kind: AutoscalingKind): Check =>
  kind === AutoscalingKind.Cpu
    ? integer('per cent from 1 to 100', 1, 100, 'set the CPU use at which another pod is added')
    : integer('a whole number above zero', 1, Number.MAX_SAFE_INTEGER, 'set the value that one pod should carry');

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : { expected: 'text', found: shown(value), fix: 'name the metric or query' };

/** Without credentials: KEDA shows the address in its events, and has TriggerAuthentication for them. */
const prometheusAddress: Check = (value) => {
  const address = typeof value === 'string' ? URL.parse(value) : null;
  if (address === null || !['http:', 'https:'].includes(address.protocol)) {
    return {
      expected: 'the address of Prometheus',
      found: value === '' ? 'nothing' : shown(value),
      fix: 'write it like "http://prometheus-operated.monitoring.svc:9090"',
    };
  }
  return address.username === '' && address.password === ''
    ? undefined
    : { expected: 'an address without credentials', found: 'credentials', fix: 'put them into a TriggerAuthentication' };
};
