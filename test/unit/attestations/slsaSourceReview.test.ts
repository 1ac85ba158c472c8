import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { COMMIT, REPOSITORY, attestation, check, gist } from './slsaSamples';

const VERIFIER = 'https://review.acme.test/source';
const requirement = { sourceReview: { verifier: VERIFIER, authority: 'reviewer', maxAge: '30d' } };

/** A summary of the reviewers about the source of the image. */
const summary = (fields: object = {}, rest: Partial<VerifiedAttestation> = {}): VerifiedAttestation =>
  attestation({
    predicateType: 'https://slsa.dev/verification_summary/v1',
    authority: 'reviewer',
    source: 'sha256:review',
    predicate: {
      verifier: { id: VERIFIER },
      timeVerified: '2026-11-22T11:00:00Z',
      resourceUri: `git+${REPOSITORY}`,
      policy: { uri: 'https://acme.test/source-policy' },
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_SOURCE_LEVEL_4'],
      ...fields,
    },
    ...rest,
  });

const outcome = (all: readonly VerifiedAttestation[]) => check(requirement, [attestation()], { all });

describe('when two people must have reviewed the source', () => {
  it.each<[string, VerifiedAttestation]>([
    ['about its repository', summary()],
    ['about its very commit', summary({ resourceUri: `git+${REPOSITORY}.git@${COMMIT}` })],
    ['about the image', summary({ resourceUri: 'oci://ghcr.io/acme/sentiment' })],
    ['with the property instead of the level', summary({ verifiedLevels: ['SLSA_SOURCE_LEVEL_3', 'SLSA_SOURCE_TWO_PARTY_REVIEWED'] })],
    ['after an earlier FAILED', summary({}, { source: 'sha256:second' })],
  ])('accepts a summary of the verifier %s, and names it as evidence', (_what, item) => {
    const earlier = summary(
      { verificationResult: 'FAILED', timeVerified: '2026-11-20T11:00:00Z' },
      { signedAt: '2026-11-20T11:00:00.000Z' },
    );
    expect(outcome([earlier, item])).toEqual({ findings: [], warnings: [], used: [attestation(), item] });
  });

  it.each<[string, readonly VerifiedAttestation[], RegExp]>([
    ['there is no summary', [], /no such summary/],
    ['the build workflow wrote the summary itself', [summary({}, { authority: 'release-workflow' })], /no such summary/],
    ['another verifier wrote it', [summary({ verifier: { id: 'https://other.test' } })], /no such summary/],
    ['it cannot be read', [summary({ policy: 7 })], /no such summary/],
    [
      'it is about another repository',
      [summary({ resourceUri: 'git+https://github.com/acme/other' })],
      /about git\+https:\/\/github\.com\/acme\/other/,
    ],
    ['it is about another commit', [summary({ resourceUri: `git+${REPOSITORY}@${'f'.repeat(40)}` })], /about git/],
    ['it is about another image', [summary({ resourceUri: 'oci://ghcr.io/acme/other' })], /about oci/],
    ['its level is lower', [summary({ verifiedLevels: ['SLSA_SOURCE_LEVEL_3'] })], /SLSA_SOURCE_LEVEL_3/],
    ['its track is another', [summary({ verifiedLevels: ['SLSA_BUILD_LEVEL_4'] })], /SLSA_BUILD_LEVEL_4/],
    ['it names no level', [summary({ verifiedLevels: [] })], /without levels/],
    ['it failed', [summary({ verificationResult: 'FAILED' })], /FAILED/],
    ['it failed later', [summary({ timeVerified: '2026-11-21T11:00:00Z' }), summary({ verificationResult: 'FAILED' })], /FAILED/],
    ['it is too old', [summary({ timeVerified: '2026-10-01T00:00:00Z' })], /ago/],
    ['it is of the future', [summary({ timeVerified: '2026-12-01T00:00:00Z' })], /future/],
  ])('rejects when %s', (_what, all, found) => {
    const { findings } = outcome(all);
    expect(gist(findings)).toEqual(['provenance-requirement-unmet twoPersonReview']);
    expect(findings).toMatchObject([{ found: expect.stringMatching(found) as string }]);
  });
});
