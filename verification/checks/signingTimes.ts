import { signatureIdentity } from '../sigstore/signatureIdentity';
import type { VerifiedSignature } from '../sigstore/types';

/**
 * The earliest trusted time of each signature, over all bundles in which a policy met it. An attacker who may push can wrap an old signature
 * in a new bundle, with a timestamp or log entry of today; the old bundle says how old the signature really is.
 */
export class SigningTimes {
  readonly #earliest = new Map<string, string>();

  /** Remembers what one bundle says, also one that has too few witnesses to count. */
  note(verified: Pick<VerifiedSignature, 'candidate' | 'signedAt'>): void {
    const { signedAt } = verified;
    const identity = identityOf(verified);
    const known = this.#earliest.get(identity);
    if (signedAt !== undefined && (known === undefined || signedAt < known)) this.#earliest.set(identity, signedAt);
  }

  /** @returns `signedAt` of the bundle that shows the signature at its earliest; nothing when no bundle has a trusted time */
  of(verified: VerifiedSignature): { readonly signedAt?: string } {
    const signedAt = this.#earliest.get(identityOf(verified));
    return signedAt === undefined ? {} : { signedAt };
  }
}

function identityOf({ candidate: { bundle } }: Pick<VerifiedSignature, 'candidate'>): string {
  const { content } = bundle;
  return signatureIdentity(
    content.$case === 'dsseEnvelope' ? (content.dsseEnvelope.signatures[0]?.sig ?? Buffer.alloc(0)) : content.messageSignature.signature,
  );
}
