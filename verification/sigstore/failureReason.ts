import { VerificationError } from '@sigstore/verify';

/** Messages of `@sigstore/verify` and of its certificate check, in the words of somebody who has to fix a signature. */
const PLAIN_WORDS: readonly (readonly [pattern: RegExp, words: string | ((match: RegExpMatchArray) => string)])[] = [
  [/^certificate is not valid or expired/, 'the signing certificate was not valid at the time of signing'],
  [/^no (valid|trusted) certificate path found/, 'the signing certificate was issued by no authority of this trust root'],
  [
    /^intermediate certificate is not a CA|^path length constraint|^incorrect certificate name/,
    'the chain of the signing certificate is broken',
  ],
  [/^SCT verification failed/, 'the certificate transparency proof (SCT) is by no log of this trust root'],
  [/^duplicate SCT/, 'the same certificate transparency log is counted twice'],
  [
    /^expected (\d+) SCTs, got (\d+)/,
    ([, asked, got]) => `expected ${asked ?? ''} certificate transparency proofs (SCT), got ${got ?? ''}`,
  ],
  [/^expected (\d+) timestamps, got (\d+)/, ([, asked, got]) => `expected ${asked ?? ''} trusted times of signing, got ${got ?? ''}`],
  [/^timestamp could not be verified/, 'the timestamp is by no timestamp authority of this trust root, or about another signature'],
  [/^duplicate timestamp/, 'the same timestamp is counted twice'],
  [/^expected (\d+) tlog entries, got (\d+)/, ([, asked, got]) => `expected ${asked ?? ''} transparency log entries, got ${got ?? ''}`],
  [/^duplicate tlog entry/, 'the same transparency log entry is counted twice'],
  [/^inclusion promise could not be verified/, 'the promise of the transparency log is by no log of this trust root, or was changed'],
  [/^inclusion could not be verified/, 'the transparency log entry comes without any proof'],
  [/signature mismatch$/, 'the transparency log entry is about another signature'],
  [/(digest|hash) mismatch$/, 'the transparency log entry is about other content'],
  [/^signature count mismatch/, 'the transparency log entry is about several signatures'],
  [/^kind\/version mismatch/, 'the transparency log entry is not of the kind that the bundle says'],
  [/^invalid canonicalized body/, 'the transparency log entry is not JSON'],
  [/^signature verification failed/, 'the signature does not fit the content and the key'],
];

const CODE_WORDS: Readonly<Record<string, string>> = {
  TLOG_INCLUSION_PROOF_ERROR: 'the transparency log entry is not proved to be in a log of this trust root',
  CERTIFICATE_ERROR: 'no certificate authority of this trust root was valid at the time of signing',
};

const UNREADABLE = 'it cannot be read: a certificate, a timestamp or a log entry in it is not what its place asks for';

/**
 * Says in plain words why verification failed. Anything may be thrown at malformed input (TypeError, SyntaxError, ASN.1 errors), so
 * anything is taken; nothing that arrives here can mean "verified".
 */
export function failureReason(error: unknown): string {
  // What OpenSSL, an ASN.1 reader or the engine of JavaScript says about bytes of an attacker helps nobody to mend them.
  if (!(error instanceof VerificationError)) return UNREADABLE;
  // The cause knows better: "failed to verify certificate chain" has one for each way of failing.
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  for (const [pattern, words] of PLAIN_WORDS) {
    const match = message.match(pattern);
    if (match) return typeof words === 'string' ? words : words(match);
  }
  return CODE_WORDS[error.code] ?? UNREADABLE;
}
