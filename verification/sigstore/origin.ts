import type { SignatureFinding, SignatureLayout } from '../finding';
import { failure } from '../result';
import type { Result } from '../result';

/** Where a claimed signature comes from, for messages about it. */
export interface SignatureOrigin {
  /** The image reference as the user wrote it. */
  readonly reference: string;
  readonly layout: SignatureLayout;
  /** Digest of the manifest or layer. */
  readonly source: string;
}

export type SignatureMalformed = Extract<SignatureFinding, { code: 'signature-malformed' }>;

/** The `signature-malformed` failure for something found there. */
export function malformed(origin: SignatureOrigin, reason: string): Result<never, SignatureMalformed> {
  return failure({ code: 'signature-malformed', reference: origin.reference, layout: origin.layout, source: origin.source, reason });
}
