import type { TransparencyLogEntry } from '@sigstore/bundle';

const SHA256_BYTES = 32;
/** Rekor v2 has one log per key, so that the index of an entry is that of its proof. In Rekor v1 the former counts through all shards. */
const REKOR_V2 = '0.0.2';
const REKOR_V2_KINDS = ['hashedrekord', 'dsse'];

/**
 * What a log entry says twice has to agree. sigstore-go computes the root from the size that the proof states; our library takes size and root
 * from the checkpoint, and never reads what the proof says about them.
 *
 * @param path of the entry in the bundle
 * @returns what is wrong, with its place; `undefined` when nothing is
 */
export function entryFormProblem(entry: TransparencyLogEntry, path: string): string | undefined {
  const { logIndex, inclusionProof: proof, kindVersion } = entry;
  if (logIndex.startsWith('-')) return `${path}.logIndex: expected a position in the log, got ${logIndex}`;
  if (proof === undefined) return undefined;
  const at = `${path}.inclusionProof`;
  const odd = [proof.rootHash, ...proof.hashes].find(({ length }) => length !== SHA256_BYTES);
  if (odd !== undefined) return `${at}: expected hashes of ${SHA256_BYTES} bytes, got one of ${odd.length}`;
  if (BigInt(proof.logIndex) < 0n || BigInt(proof.logIndex) >= BigInt(proof.treeSize)) {
    return `${at}.logIndex: expected a position in a tree of ${proof.treeSize}, got ${proof.logIndex}`;
  }
  const isV2 = kindVersion.version === REKOR_V2 && REKOR_V2_KINDS.includes(kindVersion.kind);
  if (isV2 && proof.logIndex !== logIndex) return `${at}.logIndex: expected ${logIndex}, that of the entry, got ${proof.logIndex}`;
  const [, size, root] = proof.checkpoint?.envelope.split('\n', 3) ?? [];
  if (size !== proof.treeSize) return `${at}.treeSize: expected that of the checkpoint, got ${proof.treeSize}`;
  return root === proof.rootHash.toString('base64') ? undefined : `${at}.rootHash: expected that of the checkpoint`;
}
