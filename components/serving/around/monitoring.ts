import type * as pulumi from '@pulumi/pulumi';

import { choice, namespaceName, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check } from '../../arguments/argumentProblems';
import { unknownArguments } from '../../arguments/unknownArguments';
import { absolutePath } from '../checks';
import { MonitorKind } from './args/monitoring';
import type { ModelMonitoringArgs } from './args/monitoring';
import type { CustomObject } from './customObject';
import { metadataOf } from './identity';
import type { ServingIdentity } from './identity';
import { labelName, labelValue } from './networkChecks';
import type { IngressOpening } from './networkPolicy';

/** How metrics are read, with every default filled in and every value judged. */
export interface MonitoringSettings {
  readonly kind: MonitorKind;
  readonly namespace: pulumi.Input<string>;
  readonly podLabels: Readonly<Record<string, pulumi.Input<string>>>;
  readonly port: string;
  readonly path: pulumi.Input<string>;
  readonly interval: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (`<duration>`) */
const DURATION = /^(?:\d+(?:ms|s|m|h|d))+$/;

const PORT_NAME = /^(?=.*[a-z])[a-z0-9](?:-?[a-z0-9]){0,14}$/;

const duration: Check = (value) =>
  typeof value === 'string' && DURATION.test(value)
    ? undefined
    : { expected: 'a duration', found: shown(value), fix: 'write it like "30s" or "1m"' };

const portName: Check = (value) =>
  typeof value === 'string' && PORT_NAME.test(value)
    ? undefined
    : { expected: 'the name of a port of the pod', found: shown(value), fix: 'write it like "http" or "metrics"' };

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelMonitoringArgs, true>> = {
  kind: true,
  namespace: true,
  podLabels: true,
  port: true,
  path: true,
  interval: true,
  labels: true,
};

/**
 * Fills in the defaults of `args`, found at `monitoring`, and judges every value.
 *
 * @param metricsPort name of the port on which the server tells its metrics
 */
export function monitoringSettings(args: ModelMonitoringArgs, metricsPort: string, problems: ArgumentProblems): MonitoringSettings {
  unknownArguments('monitoring', args, KNOWN_ARGUMENTS, problems);
  const kind = args.kind ?? MonitorKind.PodMonitor;
  problems.add('monitoring.kind', choice(Object.values(MonitorKind))(kind));
  const podLabels = args.podLabels ?? { 'app.kubernetes.io/name': 'prometheus' };
  for (const label of [...Object.keys(podLabels), ...Object.keys(args.labels ?? {})]) {
    problems.add('monitoring.labels', labelName(label));
  }
  const port = args.port ?? metricsPort;
  problems.add('monitoring.port', portName(port));
  return {
    kind,
    namespace: problems.check('monitoring.namespace', args.namespace ?? 'monitoring', namespaceName),
    podLabels: Object.fromEntries(
      Object.entries(podLabels).map(([label, value]) => [label, problems.check(`monitoring.podLabels["${label}"]`, value, labelValue)]),
    ),
    port,
    path: problems.check('monitoring.path', args.path ?? '/metrics', absolutePath),
    interval: problems.check('monitoring.interval', args.interval ?? '30s', duration),
    labels: args.labels ?? {},
  };
}

/** The object by which the Prometheus operator finds the pods. */
export function monitor(identity: ServingIdentity, { kind, port, path, interval, labels }: MonitoringSettings): CustomObject {
  const isPodMonitor = kind === MonitorKind.PodMonitor;
  const { name, namespace, labels: common } = metadataOf(identity);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: isPodMonitor ? 'PodMonitor' : 'ServiceMonitor',
    metadata: { name, namespace, labels: { ...common, ...labels } },
    spec: {
      selector: { matchLabels: identity.selector },
      // Redirects would send the credentials of Prometheus wherever the server says.
      [isPodMonitor ? 'podMetricsEndpoints' : 'endpoints']: [{ port, path, interval, followRedirects: false }],
    },
  };
}

/** What the network policy opens for it. */
export const monitoringOpening = ({ namespace, podLabels, port }: MonitoringSettings): IngressOpening => ({
  from: [{ namespace, podLabels }],
  port,
});
