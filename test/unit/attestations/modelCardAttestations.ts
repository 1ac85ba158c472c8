import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { COSIGN_CUSTOM_PREDICATE_TYPE, MODEL_CARD_PREDICATE_TYPE } from '../../../verification/attestations/model/modelCard';
import type { RequirementContext, RequirementResult, VerifiedAttestation } from '../../../verification/attestations/types';

/** Data that tests break in ways the types forbid. */
export type Loose = ReturnType<typeof JSON.parse>;

export const NOW = new Date('2026-11-23T12:00:00Z');
export const COMMIT = 'abc123def456abc123def456abc123def456abcd';
export const FIXTURE = readFileSync(path.join(__dirname, '../../fixtures/model-card.yaml'), 'utf8');

export const context = (all: readonly VerifiedAttestation[] = []): RequirementContext => ({
  reference: `ghcr.io/acme/sentiment@sha256:${'ab'.repeat(32)}`,
  digest: `sha256:${'ab'.repeat(32)}`,
  policy: 'acme-models',
  requirement: 'card',
  now: NOW,
  all,
});

export const attestation = (predicateType: string, predicate: unknown, fields: Partial<VerifiedAttestation> = {}): VerifiedAttestation => ({
  predicateType,
  predicate,
  signer: { kind: 'certificate', issuer: 'https://issuer.test', subject: 'https://ci.test/build' },
  authority: 'ci',
  layout: 'bundle-referrer',
  source: `sha256:${'cd'.repeat(32)}`,
  signedAt: '2026-11-20T12:00:00Z',
  ...fields,
});

/** Signed with a key and without a log: of unknown age. */
export function untimed(one: VerifiedAttestation): VerifiedAttestation {
  const copy: Loose = { ...one };
  delete copy.signedAt;
  return copy;
}

/** The card of the source document, with real hashes and a whole commit; tests break one thing of it. */
export function goodCard(): Loose {
  const card: Loose = parse(FIXTURE);
  card.provenance.training_data.hash = `sha256:${'0123456789abcdef'.repeat(4)}`;
  card.performance.evaluation_hash = `sha256:${'fedcba9876543210'.repeat(4)}`;
  card.provenance.commit_sha = COMMIT;
  return card;
}

export const inData = (text: string, fields?: Partial<VerifiedAttestation>): VerifiedAttestation =>
  attestation(COSIGN_CUSTOM_PREDICATE_TYPE, { Data: text, Timestamp: '2026-11-20T12:00:00Z' }, fields);
export const asYaml = (card: unknown, fields?: Partial<VerifiedAttestation>): VerifiedAttestation => inData(stringify(card), fields);
export const asPredicate = (card: unknown, fields?: Partial<VerifiedAttestation>): VerifiedAttestation =>
  attestation(MODEL_CARD_PREDICATE_TYPE, card, fields);

/** A minute older than it. */
export const older = (one: VerifiedAttestation): VerifiedAttestation => ({ ...one, signedAt: '2026-11-20T11:59:00Z' });

/** The same, signed with a key that a log entered at the same time. */
export const byKey = (one: VerifiedAttestation): VerifiedAttestation => ({ ...one, signer: { kind: 'key', fingerprint: 'sha256:00' } });

/** `code path`, or the code alone. */
export const told = ({ findings }: RequirementResult): readonly string[] =>
  findings.map((finding) => ('path' in finding ? `${finding.code} ${finding.path}` : finding.code));
