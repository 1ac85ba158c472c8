import { stringify } from 'yaml';
import { previousVerdictOf } from '../lifecycle/previousVerdicts';
import type { PreviousVerdict, PreviousVerdicts, RecordedSigner } from '../lifecycle/previousVerdicts';
import { API_VERSION } from '../trust-policy/schema';
import type { Verdict } from '../verdict';
import { KIND } from './schema';
import type { LockedImage, ModelLockFile } from './schema';

const HEADER = `# What was verified last: for \`continuity\` and \`rollback\` of the trust policy beside this file. Written by renderModelLock, reviewed like code.
# A change of a signer here means that somebody else may sign from now on. docs/model-lock.md
`;

/**
 * The text of a `model.lock`: which digests of which repositories were verified, who signed them and when. Nothing writes the file by itself:
 * a preview that recorded what it saw would accept whatever somebody slipped in, and would compare nothing.
 *
 * @param verdicts about the images that are in use now; only `verified` ones are recorded
 * @param previous the records so far. Those of a repository that was verified now are replaced, all others stay: an image that does not verify
 *   today must not lose its memory by that.
 * @returns YAML, sorted, so that the same verdicts give the same text
 * @example
 * const policy = await loadTrustPolicy('trust-policy.yaml');
 * const verifier = new ImageVerifier(policy.value);
 * const verdicts = await Promise.all(references.map((reference) => verifier.verify(reference)));
 * await writeFile('model.lock', renderModelLock(verdicts, policy.value.previousVerdicts));
 */
export function renderModelLock(verdicts: readonly Verdict[], previous: PreviousVerdicts = new Map()): string {
  const verified = new Map<string, PreviousVerdict[]>();
  for (const verdict of verdicts) {
    const kept = previousVerdictOf(verdict);
    if (kept === undefined) continue;
    const known = verified.get(kept.repository) ?? [];
    if (!known.some(({ digest }) => digest === kept.record.digest)) verified.set(kept.repository, [...known, kept.record]);
  }
  const records = new Map<string, readonly PreviousVerdict[]>([...previous, ...verified]);
  const images = [...records].flatMap(([repository, items]) => items.map((record) => toImage(repository, record)));
  const file: ModelLockFile = { apiVersion: API_VERSION, kind: KIND, images: images.sort(byName) };
  return `${HEADER}${stringify(file, { lineWidth: 0 })}`;
}

const nameOf = ({ repository, digest }: LockedImage): string => `${repository}@${digest}`;

/** By code unit: the language of the machine must not change the file. */
const byName = (a: LockedImage, b: LockedImage): number => (nameOf(a) < nameOf(b) ? -1 : 1);

function toImage(repository: string, { digest, signers, signedAt, builder }: PreviousVerdict): LockedImage {
  const texts = signers.map(toSigner).map((signer) => JSON.stringify(signer));
  return {
    repository,
    digest,
    ...(signedAt !== undefined && { signedAt }),
    // Two policies may rest on one signature.
    signers: [...new Set(texts)].sort().map((text) => JSON.parse(text) as LockedImage['signers'][number]),
    ...(builder !== undefined && { builder }),
  };
}

function toSigner({ signer, ...caller }: RecordedSigner): LockedImage['signers'][number] {
  if (signer.kind === 'key') return { key: signer.fingerprint };
  const { issuer, subject } = signer;
  const { sourceRepository, repositoryId, runner } = caller;
  return {
    keyless: {
      issuer,
      subject,
      ...(sourceRepository !== undefined && { sourceRepository }),
      ...(repositoryId !== undefined && { repositoryId }),
      ...(runner !== undefined && { runner }),
    },
  };
}
