import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { allVerified } from '../../../verification/checks/requirementCheck';
import type { RequirementMaterial } from '../../../verification/checks/requirementCheck';

const entry = { name: 'vex', authorities: ['ci'], kind: 'custom', requirement: { predicateType: 't' } } as RequirementMaterial['entry'];
const attestation = (predicate: object, authority = 'ci'): VerifiedAttestation => ({
  predicateType: 't',
  predicate,
  signer: { kind: 'key', fingerprint: 'f' },
  authority,
  layout: 'bundle-referrer',
  source: 'sha256:manifest',
});
const material = (verified: readonly VerifiedAttestation[], supporting: readonly VerifiedAttestation[] = []): RequirementMaterial => ({
  entry,
  verified,
  supporting,
  misses: [],
});

describe('when requirements tell each other what they verified', () => {
  it('keeps two bundles of one manifest apart: the second may overrule the first', () => {
    const [affected, notAffected] = [attestation({ status: 'affected' }), attestation({ status: 'not_affected' })];
    expect(allVerified([material([affected, notAffected])])).toEqual([affected, notAffected]);
  });

  it('tells one that two requirements gathered once, and for each authority', () => {
    const predicate = {};
    const [once, twice, other] = [attestation(predicate), attestation(predicate), attestation(predicate, 'security')];
    expect(allVerified([material([once]), material([], [twice, other])])).toEqual([once, other]);
  });
});
