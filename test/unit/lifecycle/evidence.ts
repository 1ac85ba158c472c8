import type { PolicyResult } from '../../../verification/checks/policyCheck';
import type { Finding, Signer } from '../../../verification/finding';
import type { ImagePolicy } from '../../../verification/trust-policy/types';
import type { PolicyEvidence } from '../../../verification/verdict';

export const REPOSITORY = 'ghcr.io/acme/model';
export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const OTHER_DIGEST = `sha256:${'cd'.repeat(32)}`;
export const REFERENCE = `${REPOSITORY}@${DIGEST}`;
export const IMAGE = { reference: REFERENCE, repository: REPOSITORY, digest: DIGEST };
export const NOW = new Date('2026-11-23T12:00:00Z');
export const FAULT: Finding = { code: 'registry-timeout', registry: 'ghcr.io', operation: 'blob', seconds: 10 };

export const workflow = (ref = 'refs/heads/main', file = 'release.yml', owner = 'acme'): Signer => ({
  kind: 'certificate',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: `https://github.com/${owner}/model/.github/workflows/${file}@${ref}`,
});

export const policy = (fields: Partial<ImagePolicy> = {}): ImagePolicy => ({
  name: 'models',
  mode: 'enforce',
  images: ['ghcr.io/acme/**'],
  authorities: [],
  signatureThreshold: 1,
  attestations: [],
  ...fields,
});

export const daysAgo = (days: number): string => new Date(NOW.getTime() - days * 86_400_000).toISOString();

export const signature = (signer: Signer, fields: Partial<PolicyEvidence> = {}): PolicyEvidence => ({
  policy: 'models',
  authority: 'ci',
  signer,
  layout: 'bundle-referrer',
  ...fields,
});

export const holding = (...evidence: readonly PolicyEvidence[]): PolicyResult => ({
  holds: true,
  evidence,
  attestations: [],
  warnings: [],
});

export const codesOf = (result: PolicyResult): readonly string[] =>
  [...(result.holds ? [] : result.findings), ...result.warnings].map(({ code }) => code);
