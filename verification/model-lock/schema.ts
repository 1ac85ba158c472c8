import * as z from 'zod/mini';
import { parseDigest } from '../reference/digest';
import { parseRepository, repositoryName } from '../reference/reference';
import { MAX_SUBJECT_LENGTH } from '../trust-policy/identity';
import { hasUnprintable, quoted } from '../trust-policy/messageText';
import { API_VERSION } from '../trust-policy/schema';
import { whenUsed } from '../trust-policy/whenUsed';

export const KIND = 'ModelLock';

const checked = (problem: (value: string) => string | undefined) => (value: string, context: z.core.$RefinementCtx) => {
  const message = problem(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}, got ${quoted(value)}` });
};

const line = whenUsed(() =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(MAX_SUBJECT_LENGTH),
      z.superRefine(checked((value) => (hasUnprintable(value) ? 'expected one line without control characters' : undefined))),
    ),
);

/** One spelling only: a record under another would be found by nobody. */
function repositoryProblem(value: string): string | undefined {
  const parsed = parseRepository(value);
  if (!parsed.ok) return 'expected registry/repository';
  const name = repositoryName(parsed.value);
  return name === value ? undefined : `expected the repository as ${name}`;
}

function digestProblem(value: string): string | undefined {
  const parsed = parseDigest(value);
  return parsed.ok ? undefined : `expected sha256: and 64 hexadecimal digits (${parsed.reason})`;
}

/** Times are compared as text later on, so there is one form of each. */
function timeProblem(value: string): string | undefined {
  const time = new Date(value);
  const isWritten = /^\d{4}-/.test(value) && !Number.isNaN(time.getTime()) && time.toISOString() === value;
  return isWritten ? undefined : 'expected a time of the form 2026-11-25T09:30:00.000Z';
}

const signer = whenUsed(() =>
  z
    .strictObject({
      keyless: z.optional(
        z.strictObject({
          issuer: line,
          subject: line,
          sourceRepository: z.optional(line),
          repositoryId: z.optional(line),
          runner: z.optional(line),
        }),
      ),
      key: z.optional(
        z
          .string()
          .check(
            z.superRefine(
              checked((value) => (/^sha256:[0-9a-f]{64}$/.test(value) ? undefined : 'expected the fingerprint of a key, sha256:…')),
            ),
          ),
      ),
    })
    .check(
      z.superRefine(({ keyless, key }, context) => {
        if ((keyless === undefined) !== (key === undefined)) return;
        context.addIssue({ code: 'custom', message: `expected either keyless or key, got ${key === undefined ? 'neither' : 'both'}` });
      }),
    ),
);

const image = whenUsed(() =>
  z.strictObject({
    repository: z.string().check(z.superRefine(checked(repositoryProblem))),
    digest: z.string().check(z.superRefine(checked(digestProblem))),
    signedAt: z.optional(z.string().check(z.superRefine(checked(timeProblem)))),
    // Without a signer, every signer would be a known one.
    signers: z.array(signer).check(z.minLength(1)),
    // A signed document says it, and may say anything.
    builder: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_SUBJECT_LENGTH))),
  }),
);

/** The file, field by field. Objects are strict: what nobody reads must not look as if it were checked. */
export const modelLockSchema = whenUsed(() =>
  z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(KIND),
    images: z.array(image),
  }),
);

export type ModelLockFile = z.infer<typeof modelLockSchema>;
export type LockedImage = ModelLockFile['images'][number];
