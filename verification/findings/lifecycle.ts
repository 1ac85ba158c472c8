import type { FindingCode } from '../finding';
import type { Signer } from './parts';
import type { LintFinding } from './policyLint';

/** An exception of the trust policy, as findings tell it. */
export interface ExceptionTold {
  readonly reference: string;
  readonly policy: string;
  /** Name of the exception in the trust policy. */
  readonly exception: string;
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, UTC: `2026-12-31`. */
  readonly expires: string;
}

/** One thing about the signer that differs from the recorded verdict. */
export interface SignerChange {
  readonly what: 'issuer' | 'subject' | 'workflow' | 'key' | 'source repository' | 'repository id' | 'runner' | 'builder';
  readonly recorded: string;
  readonly found: string;
}

/** Findings about time: exceptions that end, signatures that age, and what changed since the last verdict. */
export type LifecycleFinding =
  /** The image does not hold, and somebody decided that it may run until a date. */
  | ({ readonly code: 'exception-applied'; readonly covered: readonly FindingCode[] } & ExceptionTold)
  | ({ readonly code: 'exception-expiring'; readonly days: number } & ExceptionTold)
  | ({ readonly code: 'exception-expired' } & ExceptionTold)
  /** An exception covers some of what is wrong, and the rest still blocks. */
  | ({ readonly code: 'exception-too-narrow'; readonly left: readonly FindingCode[] } & ExceptionTold)
  /** A signature is older than `freshness.maxSignatureAge`. */
  | ({ readonly code: 'signature-too-old' } & SignatureAge)
  /** A signature that counts has used up most of `freshness.maxSignatureAge`. */
  | ({ readonly code: 'signature-ageing' } & SignatureAge)
  /** Age or order matters to the policy, and no log or timestamp authority says when this was signed. */
  | {
      readonly code: 'signature-untimed';
      readonly reference: string;
      readonly policy: string;
      readonly signer?: Signer;
      readonly neededFor: 'freshness' | 'rollback';
    }
  | {
      readonly code: 'signer-changed';
      readonly reference: string;
      readonly policy: string;
      readonly changes: readonly [SignerChange, ...SignerChange[]];
      readonly recordedDigest: string;
    }
  /** Another digest than the recorded one, signed before it. */
  | {
      readonly code: 'rolled-back';
      readonly reference: string;
      readonly policy: string;
      readonly digest: string;
      readonly signedAt: string;
      readonly recorded: { readonly digest: string; readonly signedAt: string };
    }
  /** The policy compares with earlier verdicts, and none about this repository is recorded. */
  | {
      readonly code: 'previous-verdict-missing';
      readonly reference: string;
      readonly policy: string;
      readonly neededFor: readonly ('continuity' | 'rollback')[];
    }
  | LintFinding;

interface SignatureAge {
  readonly reference: string;
  readonly policy: string;
  readonly signer: Signer;
  /** Trusted time, ISO 8601. */
  readonly signedAt: string;
  readonly ageMilliseconds: number;
  /** As the policy writes it: `90d`. */
  readonly maxAge: string;
}
