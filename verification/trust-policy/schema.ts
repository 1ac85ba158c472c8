import * as z from 'zod';
import { durationSchema } from './duration';
import { exceptionSchema } from './exceptions';
import { globProblem } from './imageMatching';
import { MAX_SUBJECT_LENGTH, patternProblem } from './identity';
import { hasUnprintable, quoted } from './messageText';
import { kmsProblem } from './kmsReference';
import { publicKeyProblem } from './publicKey';
import { requirementEntrySchema } from './requirements';
import { whenUsed } from './whenUsed';

/**
 * The file format, field by field; what spans several fields is in `crossFields.ts`. Objects are strict: a misspelt key must not silently
 * loosen the policy.
 */
export const API_VERSION = 'model-supply-chain/v1alpha1';
export const KIND = 'TrustPolicy';

/** A field-level check that says what is wrong, in the same words everywhere. */
const checked = (problem: (value: string) => string | undefined) => (value: string, context: z.RefinementCtx) => {
  const message = problem(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

/** What an exact comparison would fail on, and nobody sees: a final line break from a YAML block, say. */
const lineProblem = (value: string): string | undefined => {
  if (hasUnprintable(value))
    return `expected one line without control characters, got ${quoted(value)}${value.endsWith('\n') ? ' and a line break' : ''}`;
  return value.trim() === value ? undefined : `expected no spaces around it, got ${quoted(value)}`;
};

const text = (description: string) => z.string().min(1).max(MAX_SUBJECT_LENGTH).superRefine(checked(lineProblem)).describe(description);
const name = (description: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected a name of letters, digits, ".", "_" and "-", at most 100 characters')
    .describe(description);
const threshold = (description: string) => z.number().int().min(0).max(16).optional().describe(description);

const identity = z
  .strictObject({
    issuer: text('Exact issuer of the identity token: https://token.actions.githubusercontent.com').superRefine(
      checked((value) => (/^https?:\/\/\S+$/.test(value) ? undefined : `expected a URL, got ${quoted(value)}`)),
    ),
    subject: text('Exact subject of the certificate: a workflow with its ref, or an e-mail address').optional(),
    subjectRegExp: text('Regular expression over the whole subject; anchored at both ends. Prefer `subject`.')
      .superRefine(checked(patternProblem))
      .optional(),
  })
  .describe('One accepted signer. Both halves must match.');

const keyless = z
  .strictObject({
    trustRoot: name('Name of an entry of trustRoots; may be left out when there is only one').optional(),
    identities: z.array(identity).min(1).describe('Who may sign; any one of them suffices'),
  })
  .describe('Signatures with short-lived certificates (Fulcio)');

const key = z
  .strictObject({
    path: text('Public key file (PEM), relative to this file').optional(),
    data: z.string().max(16_384).superRefine(checked(publicKeyProblem)).optional().describe('Public key (PEM)'),
    kms: text('Key in AWS KMS, as cosign writes it: awskms:///arn:aws:kms:... or awskms:///alias/NAME')
      .superRefine(checked(kmsProblem))
      .optional(),
    trustRoot: name('Trust root whose log must hold the signature; without it, no log entry is asked for').optional(),
  })
  .describe('Signatures with a long-lived key');

const authority = z
  .strictObject({ name: name('Name for messages'), keyless: keyless.optional(), key: key.optional() })
  .describe('Who may sign: exactly one of keyless and key');

const glob = z.string().min(1).max(512).superRefine(checked(globProblem));

const imagePolicy = z.strictObject({
  name: name('Name for messages'),
  mode: z.enum(['enforce', 'warn']).default('enforce').describe('Whether an image that does not verify blocks, or only warns'),
  images: z.array(glob).min(1).describe('Globs over registry/repository: * within one path segment, ** across segments'),
  authorities: z.array(authority).min(1).describe('Who may sign'),
  signatures: z
    .strictObject({ threshold: z.number().int().min(0).max(16).describe('Different signers that must have signed; default 1') })
    .optional()
    .describe('How many signers an image needs'),
  attestations: z
    .array(whenUsed(() => requirementEntrySchema(name('Name for messages'))))
    .min(1)
    .optional()
    .describe('Attestations that an image must carry; all of them must hold'),
  freshness: z
    .strictObject({ maxSignatureAge: durationSchema('Age, by trusted time, from which on a signature no longer counts') })
    .optional()
    .describe('How long a signature counts'),
  continuity: z
    .literal([true, false, 'warn', 'enforce'])
    .optional()
    .describe('What to do when the signer differs from that of the recorded verdict; true is warn'),
  rollback: z.enum(['warn', 'enforce']).optional().describe('What to do with an image that was signed before the recorded one'),
});

/** TUF protects what it serves; plain http would still tell everybody on the way which root you trust. */
function tufUrlProblem(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1' || url?.hostname === '[::1]';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return undefined;
  return `expected an https URL, got ${quoted(value)}`;
}

const trustRoot = z.strictObject({
  name: name('Name that authorities refer to'),
  publicGood: z.strictObject({}).optional().describe('The public-good Sigstore, by TUF'),
  file: z
    .strictObject({ path: text('Sigstore trusted_root.json, relative to this file') })
    .optional()
    .describe('A trusted root file'),
  tuf: z
    .strictObject({
      url: text('Address of the TUF repository; https, or http on this machine').superRefine(checked(tufUrlProblem)),
      root: text('Its first root.json, relative to this file: the anchor of everything that the repository says'),
    })
    .optional()
    .describe('A Sigstore of your own or of GitHub, by TUF'),
  thresholds: z
    .strictObject({
      transparencyLog: threshold('Transparency log entries that a signature needs; default 1'),
      certificateTransparency: threshold('Signed certificate timestamps that a certificate needs; default 1'),
      timestamps: threshold('Trusted times that a signature needs; default 1'),
    })
    .optional()
    .describe('How many independent witnesses a signature needs'),
});

export const trustPolicySchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(KIND),
    unmatchedImages: z.enum(['deny', 'warn', 'allow']).default('warn').describe('What to do with an image that no policy covers'),
    trustRoots: z.array(trustRoot).min(1).optional().describe('Default: the public-good Sigstore under the name public-good'),
    policies: z.array(imagePolicy).min(1).describe('All policies that cover an image must hold'),
    exceptions: z
      .array(whenUsed(() => exceptionSchema({ name, glob, line: text })))
      .min(1)
      .optional()
      .describe('Images that may run for a while all the same'),
  })
  .describe('Which images and models may run, and who must have signed them');

export type TrustPolicyFile = z.infer<typeof trustPolicySchema>;
