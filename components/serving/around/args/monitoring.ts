import type * as pulumi from '@pulumi/pulumi';

/** What the Prometheus operator finds the server by. */
export const MonitorKind = {
  /** Reads the pods directly: no Service needed for the port. */
  PodMonitor: 'podMonitor',
  /** Reads the pods behind the Service; the metrics port must be one of the Service. */
  ServiceMonitor: 'serviceMonitor',
} as const;
export type MonitorKind = (typeof MonitorKind)[keyof typeof MonitorKind];

/** Lets Prometheus read the metrics of the server: an object of the Prometheus operator, and an opening in the network policy. */
export interface ModelMonitoringArgs {
  /** @default "podMonitor" */
  readonly kind?: MonitorKind;
  /**
   * Namespace of Prometheus.
   * @default "monitoring"
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Labels of the Prometheus pods. Where metrics share the port of the server, whoever may read them may call it, so the opening is narrow.
   * @default `app.kubernetes.io/name: prometheus`, as the Prometheus operator labels them
   */
  readonly podLabels?: { [label: string]: pulumi.Input<string> };
  /**
   * Name of the port.
   * @default that on which the server tells its metrics; "http" for a custom one
   */
  readonly port?: string;
  /** @default "/metrics" */
  readonly path?: pulumi.Input<string>;
  /**
   * How often, as Prometheus writes durations.
   * @default "30s"
   */
  readonly interval?: pulumi.Input<string>;
  /** Labels by which Prometheus selects monitors: `release: kube-prometheus-stack`. @default none */
  readonly labels?: { [label: string]: string };
}
