import * as z from 'zod/mini';
import { someOf } from './fieldSchemas';
import { durationSchema } from './duration';
import { exceptionSchema } from './exceptions';
import { globProblem } from './imageGlob';
import { MAX_SUBJECT_LENGTH, patternProblem } from './identity';
import { hasUnprintable, quoted } from './messageText';
import { kmsProblem } from './kmsReference';
import { publicKeyProblem } from './publicKey';
import { repositoryProblem } from './repositoryAddress';
import { requirementEntrySchema } from './requirements';
import { whenUsed } from './whenUsed';

/**
 * The file format, field by field; what spans several fields is in `crossFields.ts`. Objects are strict: a misspelt key must not silently
 * loosen the policy.
 */
export const API_VERSION = 'model-supply-chain/v1alpha1';
export const KIND = 'TrustPolicy';

/** A field-level check that says what is wrong, in the same words everywhere. */
const checked = (problem: (value: string) => string | undefined) => (value: string, context: z.core.$RefinementCtx) => {
  const message = problem(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

/** What an exact comparison would fail on, and nobody sees: a final line break from a YAML block, say. */
const lineProblem = (value: string): string | undefined => {
  if (hasUnprintable(value))
    return `expected one line without control characters, got ${quoted(value)}${value.endsWith('\n') ? ' and a line break' : ''}`;
  return value.trim() === value ? undefined : `expected no spaces around it, got ${quoted(value)}`;
};

const text = (description: string) =>
  z.string().check(z.minLength(1), z.maxLength(MAX_SUBJECT_LENGTH), z.superRefine(checked(lineProblem)), z.describe(description));
const name = (description: string) =>
  z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected a name of letters, digits, ".", "_" and "-", at most 100 characters'),
      z.describe(description),
    );
/** YAML reads the digits of an id as a number. */
const id = (description: string) =>
  z
    .union(
      [
        z.string().check(
          z.minLength(1),
          z.maxLength(MAX_SUBJECT_LENGTH),
          z.refine((value) => lineProblem(value) === undefined),
        ),
        z.int().check(z.minimum(0)),
      ],
      'expected an id: the number as GitHub or GitLab knows it',
    )
    .check(z.describe(description));
const upTo16 = (description: string) => z.int().check(z.minimum(0), z.maximum(16), z.describe(description));

const identity = z
  .strictObject({
    issuer: text('Exact issuer of the identity token: https://token.actions.githubusercontent.com').check(
      z.superRefine(checked((value) => (/^https?:\/\/\S+$/.test(value) ? undefined : `expected a URL, got ${quoted(value)}`))),
    ),
    subject: z.optional(text('Exact subject of the certificate: a workflow with its ref, or an e-mail address')),
    subjectRegExp: z.optional(
      text('Regular expression (RE2) over the whole subject; anchored at both ends. Prefer `subject`.').check(
        z.superRefine(checked(patternProblem)),
      ),
    ),
    sourceRepository: z.optional(
      text('Repository whose build may sign, the caller of a reusable workflow: https://github.com/acme/ml-models').check(
        z.superRefine(checked(repositoryProblem)),
      ),
    ),
    sourceRepositoryId: z.optional(id('Number of that repository: survives a rename, and differs when the name is taken over')),
    sourceRepositoryOwnerId: z.optional(id('Number of the owner of that repository')),
    sourceRepositoryRef: z.optional(text('Exact git ref that the build is of: refs/heads/main')),
    buildTrigger: z.optional(text('Exact name of the event that started the build: push')),
    runnerEnvironment: z.optional(text('Kind of machine that ran the build: github-hosted, gitlab-hosted or self-hosted')),
    buildConfig: z.optional(text('Exact URI of the top-level workflow, with its ref')),
    anyCaller: z.optional(z.boolean().check(z.describe('Whether any repository may call the workflow; say who may sign some other way'))),
  })
  .check(
    z.describe(
      'One accepted signer. Issuer, subject and caller must match; a workflow needs sourceRepository, sourceRepositoryId or anyCaller.',
    ),
  );

const keyless = z
  .strictObject({
    trustRoot: z.optional(name('Name of an entry of trustRoots; may be left out when there is only one')),
    identities: z.array(identity).check(z.minLength(1), z.describe('Who may sign; any one of them suffices')),
  })
  .check(z.describe('Signatures with short-lived certificates (Fulcio)'));

const key = z
  .strictObject({
    path: z.optional(text('Public key file (PEM), relative to this file')),
    data: z.optional(z.string().check(z.maxLength(16_384), z.superRefine(checked(publicKeyProblem)), z.describe('Public key (PEM)'))),
    kms: z.optional(
      text('Key in AWS KMS, as cosign writes it: awskms:///arn:aws:kms:... or awskms:///alias/NAME').check(
        z.superRefine(checked(kmsProblem)),
      ),
    ),
    trustRoot: z.optional(name('Trust root whose log must hold the signature; without it, no log entry is asked for')),
  })
  .check(z.describe('Signatures with a long-lived key'));

const authority = z
  .strictObject({ name: name('Name for messages'), keyless: z.optional(keyless), key: z.optional(key) })
  .check(z.describe('Who may sign: exactly one of keyless and key'));

const glob = z.string().check(z.minLength(1), z.maxLength(512), z.superRefine(checked(globProblem)));

const imagePolicy = z.strictObject({
  name: name('Name for messages'),
  mode: z._default(z.enum(['enforce', 'warn']), 'enforce').check(z.describe('Whether an image that does not verify blocks, or only warns')),
  images: z.array(glob).check(z.minLength(1), z.describe('Globs over registry/repository: * within one path segment, ** across segments')),
  authorities: z.array(authority).check(z.minLength(1), z.describe('Who may sign')),
  signatures: z.optional(
    z
      .strictObject({ threshold: upTo16('Different signers that must have signed; default 1') })
      .check(z.describe('How many signers an image needs')),
  ),
  attestations: someOf(
    whenUsed(() => requirementEntrySchema(name('Name for messages'))),
    'Attestations that an image must carry; all of them must hold',
  ),
  freshness: z.optional(
    z
      .strictObject({ maxSignatureAge: durationSchema('Age, by trusted time, from which on a signature no longer counts') })
      .check(z.describe('How long a signature counts')),
  ),
  continuity: z.optional(
    z
      .literal([true, false, 'warn', 'enforce'])
      .check(z.describe('What to do when the signer differs from that of the recorded verdict; true is warn')),
  ),
  rollback: z.optional(z.enum(['warn', 'enforce']).check(z.describe('What to do with an image that was signed before the recorded one'))),
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
  publicGood: z.optional(z.strictObject({}).check(z.describe('The public-good Sigstore, by TUF'))),
  file: z.optional(
    z.strictObject({ path: text('Sigstore trusted_root.json, relative to this file') }).check(z.describe('A trusted root file')),
  ),
  tuf: z.optional(
    z
      .strictObject({
        url: text('Address of the TUF repository; https, or http on this machine').check(z.superRefine(checked(tufUrlProblem))),
        root: text('Its first root.json, relative to this file: the anchor of everything that the repository says'),
      })
      .check(z.describe('A Sigstore of your own or of GitHub, by TUF')),
  ),
  thresholds: z.optional(
    z
      .strictObject({
        transparencyLog: z.optional(upTo16('Transparency log entries that a signature needs; default 1')),
        certificateTransparency: z.optional(upTo16('Signed certificate timestamps that a certificate needs; default 1')),
        timestamps: z.optional(upTo16('Trusted times that a signature needs; default 1')),
      })
      .check(z.describe('How many independent witnesses a signature needs')),
  ),
});

export const trustPolicySchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(KIND),
    unmatchedImages: z
      ._default(z.enum(['deny', 'warn', 'allow']), 'deny')
      .check(z.describe('What to do with an image that no policy covers')),
    trustRoots: someOf(trustRoot, 'Default: the public-good Sigstore under the name public-good'),
    policies: z.array(imagePolicy).check(z.minLength(1), z.describe('All policies that cover an image must hold')),
    exceptions: someOf(
      whenUsed(() => exceptionSchema({ name, glob, line: text })),
      'Images that may run for a while all the same',
    ),
  })
  .check(z.describe('Which images and models may run, and who must have signed them'));

export type TrustPolicyFile = z.infer<typeof trustPolicySchema>;
