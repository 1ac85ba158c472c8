import { generateKeyPairSync } from 'node:crypto';
import type { TrustPolicyProblem } from '../../../verification/finding';
import { parseTrustPolicy } from '../../../verification/trust-policy';
import type { TrustPolicy } from '../../../verification/trust-policy';

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** Made for this run; nothing is signed with them. */
export const PUBLIC_PEM = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
export const PRIVATE_PEM = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const SUBJECT = 'https://github.com/acme/ml-models/.github/workflows/release.yml@refs/heads/main';

export const REPOSITORY = 'https://github.com/acme/ml-models';

/** Data that tests break in ways the types forbid. */
export type Loose = ReturnType<typeof JSON.parse>;

/** A policy without mistakes, as plain data; tests break one thing of it. */
export function goodDocument(): Loose {
  return {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'TrustPolicy',
    policies: [
      {
        name: 'sentiment-models',
        images: ['ghcr.io/acme/ml-models/**'],
        authorities: [
          { name: 'workflow', keyless: { identities: [{ issuer: ISSUER, subject: SUBJECT, sourceRepository: REPOSITORY }] } },
          { name: 'release-key', key: { path: 'cosign.pub' } },
        ],
      },
    ],
  };
}

export function problemsOf(text: string): readonly TrustPolicyProblem[] {
  const result = parseTrustPolicy(text, 'trust-policy.yaml');
  if (result.ok) throw new Error('the policy was accepted');
  expect(result.finding.code).toBe('trust-policy-invalid');
  return result.finding.problems;
}

export function accepted(text: string): TrustPolicy {
  const result = parseTrustPolicy(text, 'trust-policy.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.finding, undefined, 1));
  return result.value;
}
