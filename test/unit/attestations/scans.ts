import type { RequirementContext, VerifiedAttestation } from '../../../verification/attestations/types';
import { sbomSchema } from '../../../verification/trust-policy/requirements/sbom';
import type { SbomRequirement } from '../../../verification/trust-policy/requirements/sbom';
import { vulnerabilityScanSchema } from '../../../verification/trust-policy/requirements/vulnerabilityScan';
import type { VulnerabilityScanRequirement } from '../../../verification/trust-policy/requirements/vulnerabilityScan';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const OTHER_DIGEST = `sha256:${'cd'.repeat(32)}`;
export const NOW = new Date('2026-06-30T12:00:00Z');

/** So many days before now, ISO 8601. */
export const daysAgo = (days: number): string => new Date(NOW.getTime() - days * 86_400_000).toISOString();

/** Signs without a certificate: at any time before its trusted time. */
export const KEY = { kind: 'key', fingerprint: 'sha256:00' } as const;

let attested = 0;

/** A verified attestation, signed now by `ci` unless the fields say otherwise. `signedAt: null` for none. */
export function attestation(
  predicateType: string,
  predicate: unknown,
  fields: { readonly signedAt?: string | null; readonly authority?: string; readonly source?: string } = {},
): VerifiedAttestation {
  const { signedAt = NOW.toISOString(), authority = 'ci', source } = fields;
  return {
    predicateType,
    predicate,
    signer: signedAt === null ? KEY : { kind: 'certificate', issuer: 'https://issuer.test', subject: 'https://ci.test/scan' },
    authority,
    layout: 'bundle-referrer',
    source: source ?? `sha256:${String(attested++).padStart(64, '0')}`,
    ...(signedAt !== null && { signedAt }),
  };
}

export function contextOf(all: readonly VerifiedAttestation[]): RequirementContext {
  const reference = `ghcr.io/acme/model@${DIGEST}`;
  return { reference, digest: DIGEST, policy: 'models', requirement: 'wanted', now: NOW, all };
}

export const sbomRequirement = (fields: object = {}): SbomRequirement => sbomSchema.parse(fields);
export const scanRequirement = (fields: object = {}): VulnerabilityScanRequirement => vulnerabilityScanSchema.parse(fields);
