import type { Finding } from '../../verification';

/** An image that a pod runs, or mounts. */
export interface RunningImage {
  /** `container "server"` */
  readonly where: string;
  /** As the pod spec has it. */
  readonly written: string;
  /** What to verify: for a tag whose digest the kubelet reports, that digest. A tag by itself may name something else by now. */
  readonly reference: string;
  /** Why it cannot be checked what runs there: the digest is not known, or the field holds no image. Then nothing is verified. */
  readonly notChecked?: Finding;
}

/** What a pod belongs to, as people speak about it; a pod that nothing controls is its own workload. */
export interface WorkloadName {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** A pod that has not ended. */
export interface RunningPod {
  readonly name: string;
  readonly uid: string | undefined;
  readonly workload: WorkloadName;
  readonly images: readonly RunningImage[];
}

/** What one policy of the cluster said about one pod. */
export interface ReportResult {
  readonly policy: string;
  readonly result: 'pass' | 'fail' | 'warn' | 'error' | 'skip';
  readonly message: string;
}

/** A report about one pod. */
export interface PodReport {
  readonly namespace: string;
  readonly pod: string;
  /** Of the pod; a later pod may have its name. */
  readonly uid: string | undefined;
  readonly results: readonly ReportResult[];
}

/** An item of the input that cannot be read. It costs itself only: what else is in the list is judged. */
export interface UnreadItem {
  /** `items[3]` */
  readonly at: string;
  /** What it calls itself: `Pod ml/server-1`; absent when it does not say. */
  readonly name?: string;
  /** What is wrong, each with its path: `items[3].spec.containers: expected a list, found nothing`. */
  readonly problems: readonly [string, ...string[]];
}

/** What a cluster says about itself. */
export interface ClusterState {
  readonly pods: readonly RunningPod[];
  readonly reports: readonly PodReport[];
  /** Pods that are not looked at: they ended, or their namespace is not under enforcement. */
  readonly passedOver: number;
  readonly unread: readonly UnreadItem[];
}
