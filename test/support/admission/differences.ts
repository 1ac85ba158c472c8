import type { AdmissionCase } from './cases';

/** Two who are asked the same and may say different things. */
export type Pair = 'verifyImage and preview' | 'preview and API server' | 'Kyverno CLI and API server';

/** A place where two say different things, and why that is known and accepted. */
export interface KnownDifference {
  readonly pair: Pair;
  readonly policy: string;
  readonly artifact: string;
  /** Where the image stands, if that matters. */
  readonly workload?: string;
  /** What the second of the pair says; the first says the opposite. */
  readonly second: 'admits' | 'denies';
  readonly why: string;
}

const OLD_LAYOUT =
  'Kyverno takes any attestation by the same signer for a signature where it looks for the old layout, so the rendered policy asks for a bundle; ModelAdmission tells it in `stricter`.';

/** Every disagreement, in the order of the cases; a test fails for one that is not here, and for one here that no longer occurs. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    pair: 'preview and API server',
    policy: 'keyless',
    artifact: 'signed, in a bundle of version 0.1',
    second: 'denies',
    why: 'The bundle has the log’s promise and no proof that the entry is in the log; the Sigstore library of Kyverno wants the proof. cosign 3 writes bundles of version 0.3.',
  },
  { pair: 'preview and API server', policy: 'keyless', artifact: 'signed in the old layout', second: 'denies', why: OLD_LAYOUT },
  {
    pair: 'preview and API server',
    policy: 'keyless',
    artifact: 'signed in the old layout, foreign bundle beside it',
    second: 'denies',
    why: OLD_LAYOUT,
  },
  {
    pair: 'preview and API server',
    policy: 'scan',
    artifact: 'with a critical one',
    second: 'admits',
    why: 'What a scan reports is looked at by preview and promotion only (`previewOnly`); a verification summary of the gate stands in for it.',
  },
  {
    pair: 'verifyImage and preview',
    policy: 'references',
    artifact: 'signed, by tag',
    second: 'denies',
    why: '`verifyImage` follows a tag and judges what it finds there. The pack denies tags besides (`disallow-unpinned-image`), and so does the cluster: a tag can move before the image is pulled.',
  },
];

/** Those of a list about two who were asked. */
export const differencesOf = (differences: readonly KnownDifference[], pair: Pair): readonly KnownDifference[] =>
  differences.filter((known) => known.pair === pair);

/** Those of a list that are about a case. */
export const knownIn = (
  differences: readonly KnownDifference[],
  { policy, artifact, workload }: Pick<AdmissionCase, 'policy' | 'artifact' | 'workload'>,
): readonly KnownDifference[] =>
  differences.filter((known) => known.policy === policy && known.artifact === artifact && (known.workload ?? workload) === workload);
