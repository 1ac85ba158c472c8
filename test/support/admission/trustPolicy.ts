import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { publicKeyPem } from '../sigstore/signers';
import type { SignerIdentity } from '../sigstore/signers';
import { CUSTOM, REPOSITORY, VERIFIER } from './attestationArtifacts';
import { RELEASE_WORKFLOW, REVIEWER } from './workshop';
import type { Workshop } from './workshop';

/** Kyverno sees no caller, so that the policies of the lab accept any. */
const keyless = (name: string, ...identities: (SignerIdentity | { readonly issuer: string; readonly subjectRegExp: string })[]) => ({
  name,
  keyless: {
    identities: identities.map(({ issuer, ...identity }) => ({
      issuer,
      ...('subject' in identity ? { subject: identity.subject } : { subjectRegExp: identity.subjectRegExp }),
      ...(issuer === RELEASE_WORKFLOW.issuer && { anyCaller: true }),
    })),
  },
});
/** The authority of most policies: the release workflow signs without a key. */
export const release = keyless('release', RELEASE_WORKFLOW);

/** Image policies by name; each covers the repositories under its own name. */
export const policiesOf = (workshop: Workshop): Readonly<Record<string, object>> => ({
  keyless: { authorities: [release] },
  pattern: {
    authorities: [
      keyless('tags', {
        issuer: RELEASE_WORKFLOW.issuer,
        subjectRegExp: 'https://github\\.com/acme/ml-models/\\.github/workflows/release\\.yml@refs/tags/v\\d+\\.\\d+\\.\\d+',
      }),
    ],
  },
  identities: { authorities: [keyless('several', REVIEWER, RELEASE_WORKFLOW)] },
  key: { authorities: [{ name: 'key', key: { data: publicKeyPem(workshop.key.publicKey) } }] },
  'key-or-keyless': { authorities: [{ name: 'key', key: { data: publicKeyPem(workshop.key.publicKey) } }, release] },
  ed25519: { authorities: [{ name: 'key', key: { data: publicKeyPem(workshop.ed25519.publicKey) } }] },
  rsa: { authorities: [{ name: 'key', key: { data: publicKeyPem(workshop.rsa.publicKey) } }] },
  two: { authorities: [release, keyless('review', REVIEWER)], signatures: { threshold: 2 } },
  warn: { authorities: [release], mode: 'warn' },
  sbom: { authorities: [release], attestations: [{ name: 'sbom', sbom: { formats: ['cyclonedx'], minComponents: 2, maxAge: '7d' } }] },
  custom: {
    authorities: [release],
    attestations: [
      {
        name: 'red-team',
        custom: {
          predicateType: CUSTOM,
          fields: [
            { path: 'decision', equals: 'approved' },
            { path: 'reviewer', pattern: '[a-z.]+@acme\\.com' },
            { path: 'round', oneOf: [2, 3] },
          ],
        },
      },
    ],
  },
  card: {
    authorities: [release],
    attestations: [
      {
        name: 'card',
        modelCard: {
          licenses: ['Apache-2.0', 'MIT'],
          requireDataHash: true,
          metrics: { accuracy: { min: 0.9, max: 1 } },
          maxReviewAge: '90d',
          requireLimitations: true,
        },
      },
    ],
  },
  evaluation: {
    authorities: [release],
    attestations: [
      { name: 'quality', evaluation: { metrics: { 'per_language.de.f1': { min: 0.9 } }, dataset: 's3://acme/eval-v3/', maxAge: '7d' } },
    ],
  },
  summary: {
    authorities: [release],
    attestations: [{ name: 'gate', verificationSummary: { verifiers: [VERIFIER], verifiedLevels: ['SLSA_BUILD_LEVEL_2'], maxAge: '7d' } }],
  },
  provenance: {
    authorities: [release],
    attestations: [
      {
        name: 'build',
        slsaProvenance: {
          builders: [{ id: RELEASE_WORKFLOW.subject, level: 2 }],
          sourceRepository: REPOSITORY,
          sourceRef: 'refs/heads/main',
          workflow: '.github/workflows/release.yml',
          triggers: ['push'],
          maxAge: '30d',
        },
      },
    ],
  },
  scan: { authorities: [release], attestations: [{ name: 'scan', vulnerabilityScan: { maxSeverity: 'medium' } }] },
  // No signature, only an attestation by the right signer.
  unsigned: { authorities: [release], signatures: { threshold: 0 }, attestations: [{ name: 'sbom', sbom: { formats: ['cyclonedx'] } }] },
});

/** Address of a registry where nobody listens. */
export const NOBODY = '127.0.0.1:1';

export const DAY_MS = 24 * 60 * 60 * 1000;
export const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

export interface LabPolicyOptions {
  readonly tuf: { readonly url: string; readonly root: string };
  readonly exceptions: readonly object[];
  readonly unmatchedImages?: string;
  /** Image policies beside those of the lab: name, images, authorities. */
  readonly further?: readonly object[];
  /** Names of policies that are left out. */
  readonly without?: readonly string[];
  /** Names of the policies to write; by default all. */
  readonly only?: readonly string[];
}

/** Writes the trust policy of the lab; returns its path. */
export function writeTrustPolicy(
  directory: string,
  workshop: Workshop,
  { tuf, exceptions, unmatchedImages = 'deny', without = [], only, further = [] }: LabPolicyOptions,
): string {
  writeFileSync(path.join(directory, 'root.json'), tuf.root);
  const { address } = workshop.registry;
  const policies = [
    ...Object.entries(policiesOf(workshop)).map(([name, fields]) => ({ name, images: [`${address}/${name}/**`], ...fields })),
    // A second policy over some repositories of the first: both must hold.
    { name: 'both', images: [`${address}/keyless/both/*`], authorities: [keyless('review', REVIEWER)] },
    { name: 'down', images: [`${NOBODY}/**`], authorities: [release] },
  ].filter(({ name }) => !without.includes(name) && (only?.includes(name) ?? true));
  const file = path.join(directory, 'trust-policy.yaml');
  const trustPolicy = {
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'TrustPolicy',
    unmatchedImages,
    trustRoots: [{ name: 'local', tuf: { url: tuf.url, root: 'root.json' } }],
    policies: [...policies, ...further],
    ...(exceptions.length > 0 && { exceptions }),
  };
  writeFileSync(file, JSON.stringify(trustPolicy, undefined, 2));
  return file;
}
