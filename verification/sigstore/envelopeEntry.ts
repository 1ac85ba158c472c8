import { crypto, json } from '@sigstore/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { TrustMaterial } from '@sigstore/verify';
import { member } from '../json';
import { parseStrictJson } from '../strictJson';
import type { SignatureCandidate } from './types';

/** Log entries of `cosign attest` before 2.2.3. They record an envelope as a whole, where later kinds record payload and signature. */
export const isEnvelopeEntry = ({ kindVersion: { kind, version } }: TransparencyLogEntry): boolean =>
  kind === 'intoto' && version === '0.0.1';

/**
 * Why an entry of kind intoto 0.0.1 is no evidence about this attestation; `undefined` when it is. The library does not know the kind, so all of
 * it is verified here, except for the signer that it records (`recordsSigner`):
 *
 * - the promise of a log of the trust root, whose key was valid at that time, over the body;
 * - the digest in the body, which is that of the envelope byte by byte. It covers payload, type and signature together, so that no part can be
 *   taken from another envelope. That takes the bytes: a bundle holds the envelope as fields, and how they were written nobody can tell.
 *
 * @see https://github.com/sigstore/rekor/tree/main/pkg/types/intoto/v0.0.1
 */
export function envelopeEntryObjection(
  entry: TransparencyLogEntry,
  candidate: SignatureCandidate,
  material: TrustMaterial,
): string | undefined {
  if (candidate.envelopeSha256 === undefined) {
    return 'its log entry is of the old kind intoto 0.0.1, which can be verified beside the envelope as cosign stored it (.att), not in a bundle: sign again with a newer cosign';
  }
  if (!hasPromise(entry, material)) return 'the promise of the transparency log is by no log of this trust root, or was changed';
  const body = parseStrictJson(entry.canonicalizedBody);
  if (member(body, 'kind') !== 'intoto' || member(body, 'apiVersion') !== '0.0.1') {
    return 'the transparency log entry is not of the kind that it says';
  }
  const hash = member(body, 'spec', 'content', 'hash');
  const isThisEnvelope = member(hash, 'algorithm') === 'sha256' && member(hash, 'value') === candidate.envelopeSha256;
  return isThisEnvelope ? undefined : 'the transparency log entry is about another envelope';
}

/** The log signs the entry in canonical JSON: https://github.com/sigstore/rekor/blob/main/openapi.yaml (`signedEntryTimestamp`). */
function hasPromise(
  { inclusionPromise, logId, logIndex, integratedTime, canonicalizedBody }: TransparencyLogEntry,
  material: TrustMaterial,
) {
  // A proof instead of a promise would need the log of that time, which has a promise for each of its entries.
  if (inclusionPromise === undefined) return false;
  const time = new Date(Number(integratedTime) * 1000);
  const promised = json.canonicalize({
    body: canonicalizedBody.toString('base64'),
    integratedTime: Number(integratedTime),
    logIndex: Number(logIndex),
    logID: logId.keyId.toString('hex'),
  });
  return material.tlogs
    .filter(({ logID, validFor }) => logID.equals(logId.keyId) && validFor.start <= time && time <= validFor.end)
    .some(({ publicKey }) => crypto.verify(Buffer.from(promised), publicKey, inclusionPromise.signedEntryTimestamp));
}
