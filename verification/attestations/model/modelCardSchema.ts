import * as z from 'zod/mini';
import { calendarTime } from './modelCardTime';

/**
 * The document format of a model card, field by field. What a card states must be of the right form; further keys are everybody's own. The
 * checks of a policy are not here: the schema alone asks for nothing but a name and a version.
 */

/** A hash of known length. MD5 and SHA-1 are no evidence for data that others can write. */
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const DIGEST_FORM = 'a hash, sha256:<64 lower-case hexadecimal digits> (or sha384, sha512)';

/** Hash of no bytes at all: what `sha256sum` prints when the file was not there to be piped into it. */
const EMPTY_SHA256 = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What templates and examples leave for later: `sha256:abc123...`, `<hash>`, `TODO`, 64 zeros. */
export function isPlaceholder(hash: string): boolean {
  const digits = hash.slice(hash.indexOf(':') + 1).trim();
  return (
    /^(?:[0-9a-fx]*(?:\.{2,}|…)[0-9a-fx]*|<.*>|\{\{.*\}\}|\$\{.*\}|(.)\1+)$/i.test(digits) ||
    /^(?:todo|tbd|fixme|changeme|change-me|placeholder|unknown|none|n\/a|x+)?$/i.test(digits) ||
    hash === EMPTY_SHA256
  );
}

const form = (description: string, expected: string, holds: (value: string) => boolean) =>
  z.string().check(z.refine(holds, expected), z.describe(`${description}: ${expected}`));

// A placeholder is of the right form as far as the schema goes: it is told as a finding of its own, beside everything else.
const hash = (description: string) =>
  z.string().check(
    z.refine((value) => DIGEST.test(value) || isPlaceholder(value), DIGEST_FORM),
    z.meta({ description: `${description}: ${DIGEST_FORM}`, pattern: DIGEST.source }),
  );
const time = (description: string) => form(description, TIME_FORM, (value) => calendarTime(value) !== undefined);
const text = (description: string) => z.string().check(z.regex(/\S/, 'text that is not empty'), z.describe(description));

/** A policy that wants at least 0.9 must not be met by a card that means 9 %. */
const fraction = (description: string) =>
  z.number().check(z.minimum(0, FRACTION_FORM), z.maximum(1, FRACTION_FORM), z.describe(description));
const FRACTION_FORM = 'a fraction from 0 to 1, not a percentage';
const TIME_FORM = 'a date (2025-01-10) or a time with its zone (2025-01-15T10:30:00Z)';

/** A part of the card, all of it optional but what it says itself. */
const part = <Fields extends z.core.$ZodLooseShape>(description: string, fields: Fields) =>
  z.optional(z.object(fields).check(z.describe(description)));

export const modelCardSchema = z
  .object({
    model_details: z
      .object({
        name: text('Name of the model'),
        version: text('Version of the model; quote it, or YAML makes 2.10 the number 2.1'),
        type: z.optional(text('What it does: text-classification')),
        framework: z.optional(text('What it was made with: pytorch')),
        license: z.optional(text('SPDX license id: Apache-2.0')),
      })
      .check(z.describe('Which model this is')),
    provenance: part('Where it comes from', {
      training_data: part('What it was trained on', {
        source: z.optional(text('Where the training data is')),
        hash: z.optional(hash('Hash of the training data')),
        data_card_ref: z.optional(text('Data card of the training data')),
      }),
      training_config: part('How it was trained', {
        source: z.optional(text('Repository and commit of the training code')),
        hyperparameters: z.optional(z.record(z.string(), z.unknown()).check(z.describe('Free'))),
      }),
      build_environment: part('Where it was trained', {
        builder: z.optional(text('Build service, by name (github-actions) or as the builder id of its SLSA provenance')),
        runner: z.optional(text('Runner image')),
        python: z.optional(text('Version of Python')),
        torch: z.optional(text('Version of PyTorch')),
        cuda: z.optional(text('Version of CUDA')),
      }),
      build_id: z.optional(text('Run of the build service')),
      commit_sha: z.optional(
        z
          .string()
          .check(
            z.regex(/^[0-9a-f]{7,64}$/, 'a commit id in lower-case hexadecimal digits'),
            z.describe('Commit of the training code; in full, where it is compared with SLSA provenance'),
          ),
      ),
      build_timestamp: z.optional(time('When it was built')),
      signed_by: z.optional(text('Who signed it. A claim: the signature decides who signed')),
    }),
    performance: part('How good it is; further metrics are free, also nested ones', {
      accuracy: z.optional(fraction('Accuracy')),
      f1_score: z.optional(fraction('F1 score')),
      evaluation_dataset: z.optional(text('Where the evaluation data is')),
      evaluation_hash: z.optional(hash('Hash of the evaluation data')),
    }),
    security: part('What to know before running it', {
      vulnerability_scan: z.optional(text('A claim; require a vulnerability scan attestation instead of reading it')),
      sbom_ref: z.optional(text('Where its SBOM is. A claim; require an SBOM attestation')),
      last_security_review: z.optional(time('Last security review')),
      known_limitations: z.optional(z.array(text('One limitation')).check(z.describe('What it is not good for'))),
    }),
  })
  .check(z.describe('Model card'));

export type ModelCard = z.output<typeof modelCardSchema>;

/** Where a card states hashes. */
export const HASH_PATHS = ['provenance.training_data.hash', 'performance.evaluation_hash'] as const;

/** The JSON Schema (draft 7) of a model card, for editors; `schema/model-card.schema.json` is its output. */
export function modelCardJsonSchema(): object {
  return { ...z.toJSONSchema(modelCardSchema, { io: 'input', target: 'draft-7' }), title: 'Model card of pulumi-model-supply-chain' };
}
