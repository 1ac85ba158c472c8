import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SignerIdentity } from './signers';
import { tokenClaims } from './workflowTokens';

const LIFETIME_SECONDS = 600;

let issuerKey: KeyObject | undefined;

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * Mints an identity token (JWT) for `cosign sign --identity-token`. The local Fulcio believes the claims without asking the issuer. Cosign
 * takes anything that does not parse as RS256 for a file name, hence the RSA key.
 */
export function mintIdentityToken(identity: SignerIdentity): string {
  issuerKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...tokenClaims(identity), aud: 'sigstore', iat: now, nbf: now, exp: now + LIFETIME_SECONDS };
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'local' })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), issuerKey).toString('base64url')}`;
}
