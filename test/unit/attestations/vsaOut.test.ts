import { renderVerificationSummary } from '../../../verification/attestations/provenance/verificationSummaryStatement';
import { verificationSummaryCheck } from '../../../verification/checks/attestations/provenance/verificationSummaryCheck';
import { verificationSummarySchema } from '../../../verification/trust-policy/requirements/verificationSummary';
import type { Verdict } from '../../../verification';
import { DIGEST, IMAGE, NOW, attestation, context, gist } from './slsaSamples';

const OPTIONS = {
  verifierId: 'https://acme.test/model-gate',
  policyUri: 'https://acme.test/trust-policy.yaml',
  policyDigest: `sha256:${'ef'.repeat(32)}`,
  timeVerified: NOW,
};
const FINDING = { code: 'image-not-covered', reference: IMAGE, unmatchedImages: 'deny' } as const;
const verified: Verdict = { outcome: 'verified', reference: IMAGE, digest: DIGEST, evidence: [], attestations: [], warnings: [] };
const rejected: Verdict = { outcome: 'rejected', reference: IMAGE, digest: DIGEST, enforcement: 'enforce', findings: [FINDING] };

/** The statement as a reader gets it from the signed bytes, through our own check. */
function readBack(verdict: Verdict, requirement: object) {
  const statement = renderVerificationSummary(verdict, { ...OPTIONS, verifiedLevels: ['SLSA_BUILD_LEVEL_2'] });
  const { predicateType, predicate } = JSON.parse(JSON.stringify(statement)) as { predicateType: string; predicate: unknown };
  const parsed = verificationSummarySchema.parse({ verifiers: [OPTIONS.verifierId], ...requirement });
  return verificationSummaryCheck.check(parsed, [attestation({ predicateType, predicate, signedAt: NOW.toISOString() })], context());
}

describe('when a verdict is written as a verification summary', () => {
  it('is a statement about the digest that was verified', () => {
    expect(renderVerificationSummary(verified, OPTIONS)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'ghcr.io/acme/sentiment', digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: OPTIONS.verifierId },
        timeVerified: '2026-11-23T12:00:00.000Z',
        resourceUri: 'oci://ghcr.io/acme/sentiment',
        policy: { uri: OPTIONS.policyUri, digest: { sha256: 'ef'.repeat(32) } },
        verificationResult: 'PASSED',
        verifiedLevels: [],
        slsaVersion: '1.1',
      },
    });
  });

  it('is accepted by our own check, in every field', () => {
    const requirement = {
      verifiedLevels: ['SLSA_BUILD_LEVEL_1'],
      resourceUri: 'oci://ghcr.io/acme/sentiment',
      policy: { uri: OPTIONS.policyUri, digest: OPTIONS.policyDigest },
      maxAge: '1h',
    };
    expect(readBack(verified, requirement).findings).toEqual([]);
    expect(readBack({ ...verified, reference: 'ghcr.io/acme/sentiment:v2' }, requirement).findings).toEqual([]);
  });

  it('says FAILED of a rejected image, without levels, and our own check rejects it', () => {
    expect(renderVerificationSummary(rejected, { ...OPTIONS, verifiedLevels: ['SLSA_BUILD_LEVEL_2'] })?.predicate).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: ['FAILED'],
    });
    expect(gist(readBack(rejected, {}).findings)).toEqual(['verification-summary-failed']);
  });

  it.each<[string, Verdict]>([
    ['a verdict that is undetermined', { ...rejected, outcome: 'undetermined' }],
    ['a rejection of what has no digest', { outcome: 'rejected', reference: IMAGE, enforcement: 'enforce', findings: [FINDING] }],
    ['a rejection of what is no reference', { ...rejected, reference: 'not an image' }],
  ])('is not written for %s', (_what, verdict) => {
    expect(renderVerificationSummary(verdict, OPTIONS)).toBeUndefined();
  });

  it('wants a whole policy digest: anything else is a mistake of the caller', () => {
    expect(() => renderVerificationSummary(verified, { ...OPTIONS, policyDigest: 'abc' })).toThrow(/sha256/);
  });
});
