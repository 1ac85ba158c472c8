import { parseReference, repositoryName } from '../../reference/reference';
import type { Verdict } from '../../verdict';
import { FAILED, PASSED, VERIFICATION_SUMMARY_V1 } from './verificationSummary';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const SLSA_VERSION = '1.1';

export interface VerificationSummaryOptions {
  /** URI of the verifier: whoever runs the gate, not the gate's software. */
  readonly verifierId: string;
  readonly policyUri: string;
  /** `sha256:…` of the policy file. */
  readonly policyDigest: string;
  readonly timeVerified: Date;
  /** What a positive verdict stands for: `SLSA_BUILD_LEVEL_2`, or levels of one's own. The verdict itself knows no levels. @default none */
  readonly verifiedLevels?: readonly string[];
}

/** An in-toto statement with a verification summary, ready to be signed. */
export interface VerificationSummaryStatement {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: {
    readonly verifier: { readonly id: string };
    readonly timeVerified: string;
    readonly resourceUri: string;
    readonly policy: { readonly uri: string; readonly digest: { readonly sha256: string } };
    readonly verificationResult: typeof PASSED | typeof FAILED;
    readonly verifiedLevels: readonly string[];
    readonly slsaVersion: string;
  };
}

/**
 * Writes a verdict as a verification summary (VSA) about the digest that was verified. Pure: nothing is signed here.
 *
 * @returns the statement; `undefined` for a verdict that is neither yes nor no, or about nothing that has a digest: a summary of it would
 *   be a lie
 * @see https://slsa.dev/spec/v1.1/verification_summary
 * @example renderVerificationSummary(verdict, { verifierId: 'https://acme.example/model-gate', policyUri, policyDigest, timeVerified: now })
 */
export function renderVerificationSummary(verdict: Verdict, options: VerificationSummaryOptions): VerificationSummaryStatement | undefined {
  const reference = parseReference(verdict.reference);
  if (verdict.outcome === 'undetermined' || verdict.digest === undefined || !reference.ok) return undefined;
  const passed = verdict.outcome === 'verified';
  const name = repositoryName(reference.value.repository);
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: hexOf(verdict.digest) } }],
    predicateType: VERIFICATION_SUMMARY_V1,
    predicate: {
      verifier: { id: options.verifierId },
      timeVerified: options.timeVerified.toISOString(),
      resourceUri: `oci://${name}`,
      policy: { uri: options.policyUri, digest: { sha256: hexOf(options.policyDigest) } },
      verificationResult: passed ? PASSED : FAILED,
      verifiedLevels: passed ? (options.verifiedLevels ?? []) : [FAILED],
      slsaVersion: SLSA_VERSION,
    },
  };
}

const SHA256 = /^sha256:([0-9a-f]{64})$/;

function hexOf(digest: string): string {
  const [, hex] = SHA256.exec(digest) ?? [];
  if (hex === undefined) throw new Error(`expected sha256: and 64 hexadecimal digits, got ${digest}`);
  return hex;
}
