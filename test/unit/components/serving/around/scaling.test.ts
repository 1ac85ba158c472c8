import * as pulumi from '@pulumi/pulumi';

import { podAutoscaler, scaledObject } from '../../../../../components/serving/around/autoscaler';
import { autoscalingSettings } from '../../../../../components/serving/around/autoscaling';
import type { AutoscalingSettings } from '../../../../../components/serving/around/autoscaling';
import type { ModelAutoscalingArgs } from '../../../../../components/serving/around/args/autoscaling';
import { disruptionBudget, spreadConstraints } from '../../../../../components/serving/around/availability';
import { IDENTITY, METADATA } from './identity';
import { accepted, refusalsOf } from './refusals';

const settingsOf = (args: ModelAutoscalingArgs): AutoscalingSettings => accepted((problems) => autoscalingSettings(args, problems));
const PROMETHEUS = 'http://prometheus-operated.monitoring.svc:9090';
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sentiment' };

describe('when pods fail or are drained', () => {
  it('keeps one of several', () => {
    expect(disruptionBudget(IDENTITY, 2)).toEqual({
      metadata: METADATA,
      spec: { minAvailable: 1, selector: { matchLabels: IDENTITY.selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
  });

  it.each([0, 1])('has no budget for %p pods: it would block the upgrade of the node', (replicas) => {
    expect(disruptionBudget(IDENTITY, replicas)).toBeUndefined();
  });

  it.each([
    [1, 0],
    [3, 1],
  ])('settles the budget of %p computed pods when they are known', async (replicas, expected) => {
    const budget = disruptionBudget(IDENTITY, pulumi.output(replicas))!;
    const { minAvailable } = budget.spec as { minAvailable: pulumi.Output<number> };
    expect(await new Promise((resolve) => minAvailable.apply(resolve))).toBe(expected);
  });

  it.each([
    ['preferred', 'ScheduleAnyway'],
    ['required', 'DoNotSchedule'],
  ] as const)('keeps them apart by zone and node: %s', (mode, whenUnsatisfiable) => {
    expect(spreadConstraints(IDENTITY, mode)).toEqual(
      ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable,
        labelSelector: { matchLabels: IDENTITY.selector },
        matchLabelKeys: ['pod-template-hash'],
      })),
    );
  });
});

describe('when pods follow the load', () => {
  it('scales by CPU', () => {
    const settings = settingsOf({ kind: 'cpu', maxReplicas: 4 }) as Extract<AutoscalingSettings, { kind: 'cpu' }>;
    expect(podAutoscaler(IDENTITY, settings)).toEqual({
      metadata: METADATA,
      spec: {
        scaleTargetRef: target,
        minReplicas: 1,
        maxReplicas: 4,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
    });
  });

  it('scales by a metric of the pods', () => {
    const settings = settingsOf({ kind: 'podMetric', minReplicas: 2, maxReplicas: 4, target: 9 });
    expect(podAutoscaler(IDENTITY, settings as Extract<AutoscalingSettings, { kind: 'podMetric' }>).spec).toMatchObject({
      minReplicas: 2,
      metrics: [
        { type: 'Pods', pods: { metric: { name: 'vllm:num_requests_waiting' }, target: { type: 'AverageValue', averageValue: '9' } } },
      ],
    });
  });

  it('scales by a query of KEDA: the waiting requests of the pods of this server', () => {
    const settings = settingsOf({ kind: 'keda', maxReplicas: 4, prometheus: PROMETHEUS, triggerAuthentication: 'prometheus' });
    expect(scaledObject(IDENTITY, settings as Extract<AutoscalingSettings, { kind: 'keda' }>)).toEqual({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: METADATA,
      spec: {
        scaleTargetRef: target,
        minReplicaCount: 1,
        maxReplicaCount: 4,
        cooldownPeriod: 300,
        advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } },
        triggers: [
          {
            type: 'prometheus',
            metadata: {
              serverAddress: PROMETHEUS,
              query: 'sum(vllm:num_requests_waiting{namespace="ml-serving",pod=~"sentiment-.*"})',
              threshold: '5',
            },
            authenticationRef: { name: 'prometheus' },
          },
        ],
      },
    });
  });

  it('leaves the query to the author', () => {
    const settings = settingsOf({ kind: 'keda', maxReplicas: 4, prometheus: PROMETHEUS, query: 'sum(x)' });
    const { spec } = scaledObject(IDENTITY, settings as Extract<AutoscalingSettings, { kind: 'keda' }>);
    expect(spec).toMatchObject({ triggers: [{ metadata: { query: 'sum(x)' } }] });
  });

  it.each<[string, ModelAutoscalingArgs, string, string]>([
    ['no pod at all', { kind: 'cpu', minReplicas: 0, maxReplicas: 2 }, 'autoscaling.minReplicas', 'found 0'],
    ['half a pod', { kind: 'cpu', maxReplicas: 1.5 }, 'autoscaling.maxReplicas', 'found 1.5'],
    ['bounds the wrong way round', { kind: 'cpu', minReplicas: 3, maxReplicas: 2 }, 'autoscaling.maxReplicas', 'at least minReplicas (3)'],
    ['more than all of the CPU', { kind: 'cpu', maxReplicas: 2, target: 101 }, 'autoscaling.target', 'found 101'],
    ['a target of nothing', { kind: 'podMetric', maxReplicas: 2, target: 0 }, 'autoscaling.target', 'found 0'],
    ['a window beyond an hour', { kind: 'cpu', maxReplicas: 2, scaleDownSeconds: 3601 }, 'autoscaling.scaleDownSeconds', 'found 3601'],
    ['KEDA without Prometheus', { kind: 'keda', maxReplicas: 2 }, 'autoscaling.prometheus', 'found nothing'],
    ['Prometheus without a scheme', { kind: 'keda', maxReplicas: 2, prometheus: 'prometheus:9090' }, 'autoscaling.prometheus', 'address'],
    ['an empty query', { kind: 'keda', maxReplicas: 2, prometheus: PROMETHEUS, query: ' ' }, 'autoscaling.query', 'text'],
    ['a kind that is none', { kind: 'vpa' as never, maxReplicas: 2 }, 'autoscaling.kind', '"vpa"'],
    [
      'an argument that nobody reads',
      { kind: 'cpu', maxReplicas: 2, min: 1 } as ModelAutoscalingArgs,
      'autoscaling.min',
      'a known argument',
    ],
    ['an argument of another kind', { kind: 'cpu', maxReplicas: 2, query: 'x' }, 'autoscaling.query', 'kind is "cpu"'],
  ])('refuses %s', (_case, args, path, reason) => {
    expect(refusalsOf((problems) => autoscalingSettings(args, problems))).toEqual([[path, expect.stringContaining(reason)]]);
  });

  it('refuses credentials in the address, without repeating them', () => {
    const args = { kind: 'keda', maxReplicas: 2, prometheus: 'https://me:hunter2@prometheus' } as const;
    const [[path, reason]] = refusalsOf((problems) => autoscalingSettings(args, problems)) as [[string, string]];
    expect([path, reason]).toEqual(['autoscaling.prometheus', expect.stringContaining('TriggerAuthentication')]);
    expect(reason).not.toContain('hunter2');
  });
});
