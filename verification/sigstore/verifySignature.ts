import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Verifier, toSignedEntity } from '@sigstore/verify';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import type { SignatureFinding, Signer } from '../finding';
import { failure, success } from '../result';
import type { Result } from '../result';
import { canonicalKey, keyNumber } from '../trust-policy/canonicalKey';
import type { TrustRootThresholds } from '../trust-policy/types';
import { keyKindProblem } from '../trust-policy/publicKeyKinds';
import { certificateObjection, readIdentity } from './certificate';
import { keepBytes, withoutStackTraces } from './certificateBytes';
import { readCertificateClaims } from './certificateClaims';
import { envelopeEntryObjection, isEnvelopeEntry } from './envelopeEntry';
import { failureReason } from './failureReason';
import { entryKindObjection, recordsSigner } from './logEntry';
import { publicKeyFromPem } from './pem';
import { coverageOf } from './signedContent';
import type { LoadedTrustRoot, SignatureCandidate, SigningAuthority, VerifiedSignature } from './types';
import { witnessObjection, witnessedTimes } from './witnesses';

/** What is being verified for whom, for messages. */
export interface VerificationContext {
  /** The image reference as the user wrote it. */
  readonly reference: string;
  /** Name of the image policy. */
  readonly policy: string;
  /** Name of the authority within it. */
  readonly authority: string;
  /** @default the present time */
  readonly now?: Date;
}

export type SignatureInvalid = Extract<SignatureFinding, { code: 'signature-invalid' }>;

/** Thrown inside this file only, with the reason in plain words. */
class Refusal extends Error {
  constructor(
    reason: string,
    readonly witnessedAt?: string,
  ) {
    super(reason);
  }
}

function refuseIf(objection: string | undefined): void {
  if (objection !== undefined) throw new Refusal(objection);
}

/** A key whose owner is not asked for any witness: nothing is looked up, so nothing may be counted. */
const NO_WITNESSES: TrustRootThresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 0 };
const NO_MATERIAL: Omit<TrustMaterial, 'publicKey'> = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };

/**
 * Verifies the cryptography of a signature: who signed which bytes, and when. Whether that signer is the right one and the bytes speak
 * of the right image is for the checks; no identity is passed to the library, which would take it for an unanchored regular expression.
 *
 * Thresholds come from the trust root, never from the bundle. Takes some 5 to 15 milliseconds and blocks.
 *
 * @returns the verified signature, or `signature-invalid` with the reason. Whatever is thrown on the way is a reason, never a success.
 * @see https://github.com/sigstore/architecture-docs/blob/main/client-spec.md section 4
 */
export function verifySignature(
  candidate: SignatureCandidate,
  authority: SigningAuthority,
  context: VerificationContext,
): Result<VerifiedSignature, SignatureInvalid> {
  try {
    const now = context.now ?? new Date();
    return success(
      authority.kind === 'keyless' ? verifyKeyless(candidate, authority.trustRoot, now) : verifyKey(candidate, authority, now),
    );
  } catch (error) {
    return failure({
      code: 'signature-invalid',
      reference: context.reference,
      policy: context.policy,
      authority: context.authority,
      layout: candidate.layout,
      source: candidate.source,
      reason: error instanceof Refusal ? error.message : failureReason(error),
      ...(error instanceof Refusal && error.witnessedAt !== undefined && { witnessedAt: error.witnessedAt }),
    });
  }
}

function verifyKeyless(candidate: SignatureCandidate, trustRoot: LoadedTrustRoot, now: Date): VerifiedSignature {
  const { entity, content } = prepare(candidate);
  if (entity.key.$case !== 'certificate') throw new Refusal('it was made with a key, and this authority is keyless');
  const { certificate } = entity.key;
  // A certificate lives for minutes, so without a trusted time there is no saying whether it was valid.
  const thresholds = { ...trustRoot.thresholds, timestamps: Math.max(1, trustRoot.thresholds.timestamps) };
  verifyEntity(candidate, entity, trustRoot.material, thresholds, now);
  refuseIf(certificateObjection(certificate));
  verifyRecordedSigner(entity, certificate.root.toDER());
  const identity = readIdentity(certificate);
  if (typeof identity === 'string') throw new Refusal(identity);
  const claims = readCertificateClaims(certificate, identity.subject);
  if (typeof claims === 'string') throw new Refusal(claims);
  return {
    candidate,
    content,
    signer: { kind: 'certificate', ...identity },
    trustRoot: trustRoot.name,
    ...signedAt(entity),
    signedAfter: certificate.notBefore.toISOString(),
    ...(Object.keys(claims).length > 0 && { claims }),
  };
}

function verifyKey(candidate: SignatureCandidate, authority: SigningAuthority & { kind: 'key' }, now: Date): VerifiedSignature {
  const { publicKeyPem, trustRoot } = authority;
  const given = publicKeyFromPem(publicKeyPem);
  if (given === undefined) throw new Refusal('the key of the authority is not a public key in PEM');
  const key = canonicalKey(given);
  refuseIf(keyKindProblem(key));
  const { entity, content } = prepare(candidate);
  if (entity.key.$case !== 'public-key') throw new Refusal('it was made with a certificate (keyless), and this authority is a key');

  const publicKey = () => ({ publicKey: key, validFor: () => true });
  const signer = keySigner(key);
  if (trustRoot === undefined) {
    // Evidence that cannot be checked is dropped, not believed: the signature then has no trusted time at all.
    verifyEntity(candidate, { ...entity, tlogEntries: [], timestamps: [] }, { ...NO_MATERIAL, publicKey }, NO_WITNESSES, now);
    return { candidate, content, signer };
  }
  const material = { ...trustRoot.material, publicKey };
  try {
    verifyEntity(candidate, entity, material, trustRoot.thresholds, now);
  } catch (error) {
    throw new Refusal(error instanceof Refusal ? error.message : failureReason(error), witnessedTime(candidate, entity, material, now));
  }
  verifyRecordedSigner(entity, key.export({ format: 'der', type: 'spki' }));
  return { candidate, content, signer, trustRoot: trustRoot.name, ...signedAt(entity) };
}

/** One trusted time, and no more witnesses than there are: enough to say how old a signature is, not to let it count. */
const ONE_TIME: TrustRootThresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 1 };

/**
 * When a signature by the key existed that has too few witnesses to count. Whoever may push adds what it lacks, of today: the copy counts, and
 * must not be younger than this one.
 */
function witnessedTime(candidate: SignatureCandidate, entity: SignedEntity, material: TrustMaterial, now: Date): string | undefined {
  if (entity.tlogEntries.length + entity.timestamps.length === 0) return undefined;
  try {
    verifyEntity(candidate, entity, material, ONE_TIME, now);
    return signedAt(entity).signedAt;
  } catch {
    return undefined;
  }
}

/** The candidate as the library wants it, with our own view of the content: see `CoveredContent`. */
function prepare(candidate: SignatureCandidate): { entity: SignedEntity; content: VerifiedSignature['content'] } {
  const coverage = coverageOf(candidate);
  if (coverage === undefined) throw new Refusal('it signs bytes that the bundle does not carry');
  const entity: SignedEntity = { ...withoutStackTraces(() => toSignedEntity(candidate.bundle)), signature: coverage.checked };
  if (entity.key.$case === 'certificate') keepBytes(entity.key.certificate);
  return { entity, content: coverage.content };
}

function verifyEntity(
  candidate: SignatureCandidate,
  entity: SignedEntity,
  material: TrustMaterial,
  thresholds: TrustRootThresholds,
  now: Date,
): void {
  // First, since the library would blame a missing log entry on the missing time.
  if (entity.tlogEntries.length < thresholds.transparencyLog) {
    throw new Refusal(`expected ${thresholds.transparencyLog} transparency log entries, got ${entity.tlogEntries.length}`);
  }
  entity.tlogEntries.forEach((entry) => refuseIf(entryKindObjection(entry)));
  // Before the library counts their times, which it does without looking at who promised them.
  const ours = entity.tlogEntries.filter(isEnvelopeEntry);
  ours.forEach((entry) => refuseIf(envelopeEntryObjection(entry, candidate, material)));
  new Verifier(material, {
    tlogThreshold: Math.max(0, thresholds.transparencyLog - ours.length),
    ctlogThreshold: thresholds.certificateTransparency,
    timestampThreshold: thresholds.timestamps,
  }).verify({ ...entity, tlogEntries: entity.tlogEntries.filter((entry) => !isEnvelopeEntry(entry)) });
  refuseIf(witnessObjection(entity, material, thresholds, now));
}

function verifyRecordedSigner(entity: SignedEntity, signer: Buffer): void {
  if (!entity.tlogEntries.every((entry) => recordsSigner(entry, signer))) {
    throw new Refusal('the transparency log entry names another certificate or key than the signature');
  }
}

/** The fingerprint is that of `openssl pkey -pubin -in cosign.pub -outform der | sha256sum`, of the usual encoding if the file has another. */
function keySigner(key: KeyObject): Signer {
  return { kind: 'key', fingerprint: `sha256:${createHash('sha256').update(keyNumber(key)).digest('hex')}` };
}

/** The earliest trusted time: from then on, at the latest, the signature existed. */
function signedAt(entity: SignedEntity): { signedAt?: string } {
  const times = witnessedTimes(entity).map(({ time }) => time.getTime());
  return times.length === 0 ? {} : { signedAt: new Date(Math.min(...times)).toISOString() };
}
