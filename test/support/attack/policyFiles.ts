import { parseTrustPolicyObject, policiesFor } from '../../../verification/trust-policy';
import type { Answer } from './attempt';

/** A policy without mistakes, in whose place a test puts a field of its own. */
export function policyDocument(fields: object = {}, policy: object = {}): object {
  const identity = {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'https://github.com/acme/ml/.github/workflows/release.yml@refs/heads/main',
    sourceRepository: 'https://github.com/acme/ml',
  };
  return {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'TrustPolicy',
    policies: [
      { name: 'acme', images: ['ghcr.io/acme/**'], authorities: [{ name: 'release', keyless: { identities: [identity] } }], ...policy },
    ],
    ...fields,
  };
}

/**
 * What the parser answers to a policy.
 *
 * @param at where all its problems must be, so that a mistake of the test does not read as a defense that held
 */
export function answerToPolicy(document: object, at: string): Promise<Answer> {
  const parsed = parseTrustPolicyObject(document, 'trust-policy.yaml');
  if (parsed.ok) return Promise.resolve({ outcome: 'accepted', codes: [] });
  const strange = parsed.finding.problems.filter(({ path }) => !path.startsWith(at));
  if (strange.length > 0) throw new Error(`problems elsewhere: ${JSON.stringify(strange)}`);
  return Promise.resolve({ outcome: 'refused', codes: [parsed.finding.code] });
}

/** Accepts a policy with one glob, when the glob also covers the repository. */
export function answerToGlob(glob: string, repository: string): Promise<Answer> {
  const document = policyDocument({}, { images: [glob] });
  const parsed = parseTrustPolicyObject(document, 'trust-policy.yaml');
  if (parsed.ok && policiesFor(repository, parsed.value).length === 0)
    throw new Error(`${glob} is accepted and does not cover ${repository}`);
  return answerToPolicy(document, 'policies[0].images[0]');
}
