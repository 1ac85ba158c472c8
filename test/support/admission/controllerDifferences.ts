import type { AdmissionCase } from './cases';

/** A place where preview and policy-controller say different things, and why that is known and accepted. */
export interface ControllerDifference {
  readonly policies: readonly string[];
  readonly artifacts: readonly string[];
  /** Default: all. */
  readonly workloads?: readonly string[];
  /** What the cluster says; the preview says the opposite. */
  readonly cluster: 'admits' | 'denies';
  readonly why: string;
}

/** Every disagreement; a test fails for one that is not here, and for one here that no longer occurs. */
export const CONTROLLER_DIFFERENCES: readonly ControllerDifference[] = [
  {
    policies: ['keyless'],
    artifacts: ['signed, in a bundle of version 0.1'],
    cluster: 'denies',
    why: 'The bundle has the log’s promise and no proof that the entry is in the log; the Sigstore library of policy-controller wants the proof. cosign 3 writes bundles of version 0.3.',
  },
  {
    policies: ['keyless'],
    artifacts: ['signed in the old layout', 'signed in the old layout, foreign bundle beside it'],
    cluster: 'denies',
    why: 'policy-controller reads one layout for each signer: bundles for identities (`stricter`).',
  },
  {
    policies: ['key', 'key-or-keyless', 'ed25519', 'rsa'],
    artifacts: ['signed with the key', 'signed with an Ed25519 key', 'signed with an RSA key'],
    cluster: 'denies',
    why: 'policy-controller 0.15.1 reads bundles for identities only; for keys the old layout (`stricter`).',
  },
  {
    policies: ['keyless'],
    artifacts: ['signed'],
    workloads: ['Pod, image volume', 'Deployment, image volume'],
    cluster: 'denies',
    why: 'policy-controller looks into containers only, so the API server refuses image volumes beside it (`stricter`).',
  },
  {
    policies: ['references'],
    artifacts: ['signed, by tag'],
    cluster: 'admits',
    why: 'policy-controller writes the digest behind the tag into the object, and verifies that (`previewOnly`).',
  },
];

export const controllerDifference = (asked: Pick<AdmissionCase, 'policy' | 'artifact' | 'workload'>): ControllerDifference | undefined =>
  CONTROLLER_DIFFERENCES.find(
    ({ policies, artifacts, workloads }) =>
      policies.includes(asked.policy) &&
      artifacts.includes(asked.artifact) &&
      (workloads === undefined || workloads.includes(asked.workload)),
  );
