import * as z from 'zod';
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
  z.string().refine(holds, expected).describe(`${description}: ${expected}`);

// A placeholder is of the right form as far as the schema goes: it is told as a finding of its own, beside everything else.
const hash = (description: string) =>
  form(description, DIGEST_FORM, (value) => DIGEST.test(value) || isPlaceholder(value)).meta({ pattern: DIGEST.source });
const time = (description: string) => form(description, TIME_FORM, (value) => calendarTime(value) !== undefined);
const text = (description: string) => z.string().regex(/\S/, 'text that is not empty').describe(description);

/** A policy that wants at least 0.9 must not be met by a card that means 9 %. */
const fraction = (description: string) => z.number().min(0, FRACTION_FORM).max(1, FRACTION_FORM).describe(description);
const FRACTION_FORM = 'a fraction from 0 to 1, not a percentage';
const TIME_FORM = 'a date (2025-01-10) or a time with its zone (2025-01-15T10:30:00Z)';

export const modelCardSchema = z
  .object({
    model_details: z
      .object({
        name: text('Name of the model'),
        version: text('Version of the model; quote it, or YAML makes 2.10 the number 2.1'),
        type: text('What it does: text-classification').optional(),
        framework: text('What it was made with: pytorch').optional(),
        license: text('SPDX license id: Apache-2.0').optional(),
      })
      .describe('Which model this is'),
    provenance: z
      .object({
        training_data: z
          .object({
            source: text('Where the training data is').optional(),
            hash: hash('Hash of the training data').optional(),
            data_card_ref: text('Data card of the training data').optional(),
          })
          .optional()
          .describe('What it was trained on'),
        training_config: z
          .object({
            source: text('Repository and commit of the training code').optional(),
            hyperparameters: z.record(z.string(), z.unknown()).optional().describe('Free'),
          })
          .optional()
          .describe('How it was trained'),
        build_environment: z
          .object({
            builder: text('Build service, by name (github-actions) or as the builder id of its SLSA provenance').optional(),
            runner: text('Runner image').optional(),
            python: text('Version of Python').optional(),
            torch: text('Version of PyTorch').optional(),
            cuda: text('Version of CUDA').optional(),
          })
          .optional()
          .describe('Where it was trained'),
        build_id: text('Run of the build service').optional(),
        commit_sha: z
          .string()
          .regex(/^[0-9a-f]{7,64}$/, 'a commit id in lower-case hexadecimal digits')
          .optional()
          .describe('Commit of the training code; in full, where it is compared with SLSA provenance'),
        build_timestamp: time('When it was built').optional(),
        signed_by: text('Who signed it. A claim: the signature decides who signed').optional(),
      })
      .optional()
      .describe('Where it comes from'),
    performance: z
      .object({
        accuracy: fraction('Accuracy').optional(),
        f1_score: fraction('F1 score').optional(),
        evaluation_dataset: text('Where the evaluation data is').optional(),
        evaluation_hash: hash('Hash of the evaluation data').optional(),
      })
      .optional()
      .describe('How good it is; further metrics are free, also nested ones'),
    security: z
      .object({
        vulnerability_scan: text('A claim; require a vulnerability scan attestation instead of reading it').optional(),
        sbom_ref: text('Where its SBOM is. A claim; require an SBOM attestation').optional(),
        last_security_review: time('Last security review').optional(),
        known_limitations: z.array(text('One limitation')).optional().describe('What it is not good for'),
      })
      .optional()
      .describe('What to know before running it'),
  })
  .describe('Model card');

export type ModelCard = z.output<typeof modelCardSchema>;

/** Where a card states hashes. */
export const HASH_PATHS = ['provenance.training_data.hash', 'performance.evaluation_hash'] as const;

/** The JSON Schema (draft 7) of a model card, for editors; `schema/model-card.schema.json` is its output. */
export function modelCardJsonSchema(): object {
  return { ...z.toJSONSchema(modelCardSchema, { io: 'input', target: 'draft-7' }), title: 'Model card of pulumi-model-supply-chain' };
}
