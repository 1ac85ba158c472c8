import { matchesIdentity, parseTrustPolicyObject } from '../../../verification/trust-policy';
import type { Answer } from './attempt';
import { answerToPolicy, policyDocument } from './policyFiles';

const ISSUER = 'https://accounts.google.com';

const withPattern = (subjectRegExp: string): object =>
  policyDocument({}, { authorities: [{ name: 'release', keyless: { identities: [{ issuer: ISSUER, subjectRegExp }] } }] });

/** What the parser answers to a subject pattern. */
export const answerToPattern = (subjectRegExp: string): Promise<Answer> =>
  answerToPolicy(withPattern(subjectRegExp), 'policies[0].authorities[0].keyless.identities[0].subjectRegExp');

/** What a policy with a subject pattern answers to a signer. */
export function signedBy(subjectRegExp: string, subject: string): Promise<Answer> {
  const policy = parseTrustPolicyObject(withPattern(subjectRegExp), 'trust-policy.yaml');
  if (!policy.ok) throw new Error(JSON.stringify(policy.finding));
  const [authority] = policy.value.policies[0]?.authorities ?? [];
  if (authority?.kind !== 'keyless') throw new Error('the set-up is broken');
  const isExpected = authority.identities.some((identity) => matchesIdentity(identity, { issuer: ISSUER, subject }));
  return Promise.resolve(isExpected ? { outcome: 'verified', codes: [] } : { outcome: 'rejected', codes: ['identity-mismatch'] });
}
