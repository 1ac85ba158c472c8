import type { AdmissionCase } from './cases';

/** A place where preview and cluster may say different things, and why that is known and accepted. */
export interface KnownDifference {
  readonly policy: string;
  readonly artifact: string;
  /** Where the image stands, if that matters. */
  readonly workload?: string;
  /** What the cluster says; the preview says the opposite. */
  readonly cluster: 'admits' | 'denies';
  readonly why: string;
}

const OLD_LAYOUT =
  'Kyverno takes any attestation by the same signer for a signature where it looks for the old layout, so the rendered policy asks for a bundle; ModelAdmission tells it in `stricter`.';

/** Every disagreement, in the order of the cases; a test fails for one that is not here, and for one here that no longer occurs. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    policy: 'keyless',
    artifact: 'signed, in a bundle of version 0.1',
    cluster: 'denies',
    why: 'The bundle has the log’s promise and no proof that the entry is in the log; the Sigstore library of Kyverno wants the proof. cosign 3 writes bundles of version 0.3.',
  },
  { policy: 'keyless', artifact: 'signed in the old layout', cluster: 'denies', why: OLD_LAYOUT },
  { policy: 'keyless', artifact: 'signed in the old layout, foreign bundle beside it', cluster: 'denies', why: OLD_LAYOUT },
  {
    policy: 'scan',
    artifact: 'with a critical one',
    cluster: 'admits',
    why: 'What a scan reports is looked at by preview and promotion only (`previewOnly`); a verification summary of the gate stands in for it.',
  },
];

/** The one of a list that is about a case. */
export const knownIn = (
  differences: readonly KnownDifference[],
  { policy, artifact, workload }: Pick<AdmissionCase, 'policy' | 'artifact' | 'workload'>,
): KnownDifference | undefined =>
  differences.find((known) => known.policy === policy && known.artifact === artifact && (known.workload ?? workload) === workload);
