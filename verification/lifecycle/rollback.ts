import type { Finding } from '../finding';
import type { PreviousVerdict } from './previousVerdicts';

/**
 * Is this an older image than the one that was verified before? Every old image, with all its known holes, stays validly signed for ever, so
 * whoever can move a tag or edit a stack can go back to it.
 *
 * @param image its digest and the newest trusted time of a signature
 * @returns `rolled-back` when another digest was signed before the recorded one; `signature-untimed` when nobody says when it was signed;
 *   nothing when the recorded verdict has no trusted time, since then there is no order
 */
export function checkRollback(
  image: { readonly reference: string; readonly policy: string; readonly digest: string; readonly signedAt?: string },
  previous: PreviousVerdict,
): Finding | undefined {
  const { reference, policy, digest, signedAt } = image;
  if (digest === previous.digest || previous.signedAt === undefined) return undefined;
  if (signedAt === undefined) return { code: 'signature-untimed', reference, policy, neededFor: 'rollback' };
  // Not `<`: a time that cannot be read gives NaN, and must not pass.
  if (Date.parse(signedAt) >= Date.parse(previous.signedAt)) return undefined;
  const recorded = { digest: previous.digest, signedAt: previous.signedAt };
  return { code: 'rolled-back', reference, policy, digest, signedAt, recorded };
}
