import { KSERVE } from './kserve';
import { NIM } from './nim';
import { JOB_SET, LEADER_WORKER_SET } from './podGroups';
import { RAY } from './ray';
import type { ImageKinds } from './types';
import { WORKLOADS } from './workloads';

export { CLAIM_SCHEME, OCI_SCHEME, SCHEME } from './modelUri';
export { CONTAINER_FIELDS } from './podSpec';
export type { ImageKind, ImageKinds, Place } from './types';

/** The kinds of the operators that serve models. A new operator is one file and one word here. */
export const CUSTOM_KINDS: readonly ImageKinds[] = [KSERVE, NIM, RAY, LEADER_WORKER_SET, JOB_SET];

/** Every kind that we know to hold images or models. */
export const KNOWN_KINDS: readonly ImageKinds[] = [WORKLOADS, ...CUSTOM_KINDS];
