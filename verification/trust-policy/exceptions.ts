import * as z from 'zod/mini';
import { someOf } from './fieldSchemas';
import { FINDING_CODES } from '../describeFinding';
import type { FindingCode } from '../finding';
import { quoted } from './messageText';

export type { FindingCode };

/** A decision that one image may run although a policy does not hold for it, for a while. */
export interface PolicyException {
  readonly name: string;
  /** Globs over `registry/repository`, normalised. */
  readonly images: readonly string[];
  /** The one image that was looked at, `sha256:…`; a newer build is not covered. */
  readonly digest: string;
  /** Names of the policies that it lifts; absent: all. */
  readonly policies?: readonly string[];
  /** Codes that it lifts; absent: all but those that must be named (`NAMED_ONLY`). */
  readonly findings?: readonly FindingCode[];
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, as written: `2026-12-31`. */
  readonly expires: string;
}

/**
 * What no exception covers: faults (nobody knows what they hide), bytes that are not the image, mistakes of the policy, and findings that are
 * about exceptions themselves.
 */
const NEVER: readonly RegExp[] = [
  /^(registry|trust|kms|project|pack|running|exception|policy|image|reference|model-lock)-/,
  /^(digest-mismatch|limit-exceeded|internal-error|previous-verdict-missing)$/,
  /-ageing$/,
];

export const isExceptable = (code: string): boolean => !NEVER.some((pattern) => pattern.test(code));

/** Signs of an attack rather than of unfinished work: an exception for a whole policy must not cover them without having thought of them. */
export const NAMED_ONLY: ReadonlySet<FindingCode> = new Set(['identity-mismatch', 'subject-mismatch', 'signer-changed', 'rolled-back']);

/** Whether the exception covers a finding of this code, for an image that it is about. */
export function lifts({ findings }: Pick<PolicyException, 'findings'>, code: FindingCode): boolean {
  if (!isExceptable(code)) return false;
  return findings === undefined ? !NAMED_ONLY.has(code) : findings.includes(code);
}

function codeProblem(code: string): string | undefined {
  if (!(FINDING_CODES as readonly string[]).includes(code)) return `expected the code of a finding (docs/findings), got ${quoted(code)}`;
  return isExceptable(code)
    ? undefined
    : `expected the code of a finding about an image and its evidence, got ${quoted(code)}, which no exception covers`;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function dateProblem(text: string): string | undefined {
  // `2026-02-30` parses as the second of March.
  const time = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return real ? undefined : `expected a date like 2026-12-31, got ${quoted(text)}`;
}

/** The end of the last day, UTC. */
export const endOf = ({ expires }: PolicyException): Date => new Date(Date.parse(`${expires}T00:00:00Z`) + 24 * 60 * 60 * 1000);

const checked = (problem: (value: string) => string | undefined) => (value: string, context: z.core.$RefinementCtx) => {
  const message = problem(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

/** @param parts the schemas of a name, of an image glob and of a line of text, as in the rest of the file */
export const exceptionSchema = <Part extends z.ZodMiniType<string, string>>(parts: {
  readonly name: (description: string) => Part;
  readonly glob: Part;
  readonly line: (description: string) => Part;
}) =>
  z
    .strictObject({
      name: parts.name('Name for messages'),
      images: z.array(parts.glob).check(z.minLength(1), z.describe('Globs over registry/repository, as in policies')),
      digest: z
        .string()
        .check(
          z.regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits'),
          z.describe('The one image that may run; a newer build is not covered'),
        ),
      policies: someOf(parts.name('Name of a policy'), 'Policies that it lifts; default: all'),
      findings: someOf(
        z.string().check(z.superRefine(checked(codeProblem))),
        'Codes that it lifts; default: all but identity-mismatch, subject-mismatch, signer-changed and rolled-back',
      ),
      reason: parts.line('Why it may run; shown with every verdict'),
      owner: parts.line('Who answers for it'),
      expires: z.string().check(z.superRefine(checked(dateProblem)), z.describe('Last day on which it holds, UTC: 2026-12-31')),
    })
    .check(z.describe('One image that may run for a while although a policy does not hold: at least one of policies and findings'));
