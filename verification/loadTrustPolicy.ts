import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { quoted } from '../printing';
import path from 'node:path';
import { exists } from './findTrustPolicy';
import type { Finding, TrustPolicyProblem } from './finding';
import type { PreviousVerdicts } from './lifecycle/previousVerdicts';
import { parseModelLock } from './model-lock/parseModelLock';
import { failure, success } from './result';
import type { Result } from './result';
import { parseTrustPolicy, parseTrustPolicyObject } from './trust-policy';
import { publicKeyProblem } from './trust-policy';
import type { Authority, TrustPolicy, TrustRoot } from './trust-policy/types';

export { findTrustPolicy, TRUST_POLICY_FILE } from './findTrustPolicy';

/** Record of earlier verdicts, read where it stands in the directory of the trust policy. */
export const MODEL_LOCK_FILE = 'model.lock';

/** A trust policy together with the files that it names, read once when it is loaded. */
export interface LoadedTrustPolicy {
  readonly policy: TrustPolicy;
  /** Path of the file, or a name for an inline policy; for messages. */
  readonly file: string;
  /** SHA-256 (hexadecimal) of the text that was read; of an inline policy as JSON with sorted names. */
  readonly sha256: string;
  /** SHA-256 of everything that was read: the text, the files that it names, `model.lock`. Two policies with the same one decide alike. */
  readonly fingerprint: string;
  /** What the reader should know about the choice of this policy: warnings, told once. */
  readonly notices?: readonly Finding[];
  /** Where relative paths in the policy start from. */
  readonly directory: string;
  /** PEM of every key authority whose key is in the policy or a file; keys in a KMS are fetched when an image asks for them. */
  readonly keys: ReadonlyMap<Authority, string>;
  /** Bytes of every trust root that is a file, by name. */
  readonly trustRootFiles: ReadonlyMap<string, Uint8Array>;
  /** What `model.lock` records; empty when there is none. */
  readonly previousVerdicts: PreviousVerdicts;
}

/** A trusted_root.json is about 10 KiB, a key below 1 KiB; more than this is a wrong file. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Loads a trust policy file and everything it refers to.
 *
 * @param file path of the YAML or JSON file; relative paths inside start from its directory
 * @returns the policy, or `trust-policy-missing`, `trust-policy-unreadable`, `trust-policy-invalid` with every problem at once; or
 *   `model-lock-invalid` when there is a `model.lock` beside it that cannot be used
 */
export function loadTrustPolicy(file: string): Promise<Result<LoadedTrustPolicy>> {
  return Promise.resolve(readTrustPolicy(file));
}

function readTrustPolicy(file: string): Result<LoadedTrustPolicy> {
  const text = readBounded(file);
  if (!text.ok) {
    return failure(
      text.missing ? { code: 'trust-policy-missing', searched: [file] } : { code: 'trust-policy-unreadable', file, reason: text.reason },
    );
  }
  const parsed = parseTrustPolicy(Buffer.from(text.bytes).toString('utf8'), file);
  return parsed.ok ? withFiles(parsed.value, { file, text: text.bytes, directory: path.dirname(file) }) : parsed;
}

/**
 * Loads a policy that is written inline, in the policy pack's configuration for example.
 *
 * @param value the policy as an object
 * @param directory where relative paths inside start from; `undefined` when that is not known, and relative paths are refused
 */
export function loadInlineTrustPolicy(value: unknown, name: string, directory: string | undefined): Promise<Result<LoadedTrustPolicy>> {
  const parsed = parseTrustPolicyObject(value, name);
  if (!parsed.ok) return Promise.resolve(parsed);
  const text = Buffer.from(JSON.stringify(value, sortedNames));
  return Promise.resolve(withFiles(parsed.value, { file: name, text, directory }));
}

/** The order of names says nothing, and differs from run to run when an object came through protobuf. */
const sortedNames = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Reads every file that the policy names; a missing key is a problem of the policy, told together with all others. */
function withFiles(policy: TrustPolicy, { file, text, directory }: PolicyText): Result<LoadedTrustPolicy> {
  const everything = createHash('sha256');
  include(everything, text);
  const problems: TrustPolicyProblem[] = [];
  const keys = new Map<Authority, string>();
  const trustRootFiles = new Map<string, Uint8Array>();

  const named = (relative: string, field: string): Uint8Array | undefined => {
    if (directory === undefined && !path.isAbsolute(relative)) {
      const message = `expected an absolute path, got ${JSON.stringify(relative)}: the project directory is not certain`;
      problems.push({ path: field, message });
      return undefined;
    }
    const read = readBounded(path.resolve(directory ?? '', relative));
    if (read.ok) {
      include(everything, read.bytes);
      return read.bytes;
    }
    problems.push({
      path: field,
      message: `expected a readable file, got ${quoted(relative, 400)}: ${read.reason}${directory === undefined ? '' : ` (looked in ${directory})`}`,
    });
    return undefined;
  };

  for (const [policyIndex, item] of policy.policies.entries()) {
    // Without its model.lock every image would be the first of its repository, and nothing enforced.
    for (const rule of ['continuity', 'rollback'] as const) {
      if (directory !== undefined || item[rule] !== 'enforce') continue;
      const message = `expected no ${rule}, got enforce: the project directory is not certain, and neither is which ${MODEL_LOCK_FILE} counts`;
      problems.push({ path: `policies[${policyIndex}].${rule}`, message });
    }
    for (const [index, authority] of item.authorities.entries()) {
      if (authority.kind !== 'key') continue;
      const field = `policies[${policyIndex}].authorities[${index}].key.path`;
      if (authority.key.kind === 'data') keys.set(authority, authority.key.pem);
      const pem = authority.key.kind === 'path' ? readKey(authority.key.path, field) : undefined;
      if (pem !== undefined) keys.set(authority, pem);
    }
  }
  for (const [index, root] of policy.trustRoots.entries()) {
    if (root.kind === 'public-good') continue;
    const [relative, field] = root.kind === 'file' ? [root.path, 'file.path'] : [root.root, 'tuf.root'];
    const bytes = named(relative, `trustRoots[${index}].${field}`);
    if (root.kind === 'file' && bytes !== undefined) trustRootFiles.set(root.name, bytes);
  }

  function readKey(relative: string, field: string): string | undefined {
    const bytes = named(relative, field);
    if (bytes === undefined) return undefined;
    const pem = Buffer.from(bytes).toString('utf8');
    const problem = publicKeyProblem(pem);
    if (problem !== undefined) problems.push({ path: field, message: `${problem} (in ${relative})` });
    return pem;
  }

  if (problems.length > 0) return failure({ code: 'trust-policy-invalid', file, problems } satisfies Finding);
  const lock =
    directory === undefined ? success<PreviousVerdicts>(new Map()) : readModelLock(path.join(directory, MODEL_LOCK_FILE), everything);
  if (!lock.ok) return lock;
  return success({
    policy,
    file,
    sha256: createHash('sha256').update(text).digest('hex'),
    fingerprint: everything.digest('hex'),
    directory: directory ?? '',
    keys,
    trustRootFiles,
    previousVerdicts: lock.value,
  });
}

/** A policy as it was read, and where its relative paths start from. */
interface PolicyText {
  readonly file: string;
  readonly text: Uint8Array;
  readonly directory: string | undefined;
}

/** With its length before it, so that what ends one file cannot begin the next. */
function include(hash: Hash, bytes: Uint8Array): void {
  hash.update(`${bytes.length}:`).update(bytes);
}

/** Only a lock that is not there is an empty one: a broken link, or a file that we may not read, may hide the signer that was known. */
function readModelLock(file: string, everything: Hash): Result<PreviousVerdicts> {
  if (!exists(file)) return success(new Map());
  const text = readBounded(file);
  if (text.ok) {
    include(everything, text.bytes);
    return parseModelLock(Buffer.from(text.bytes).toString('utf8'), file);
  }
  const problem = { path: '', message: `expected a readable file, got none: ${text.reason}` };
  return failure({ code: 'model-lock-invalid', file, problems: [problem] });
}

/** The trust root of that name; the parser has checked that it exists. */
export function trustRootNamed(policy: TrustPolicy, name: string): TrustRoot {
  const root = policy.trustRoots.find((candidate) => candidate.name === name);
  if (root === undefined) throw new Error(`trust root ${name} passed the parser without existing`);
  return root;
}

type BoundedFile =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly missing: boolean; readonly reason: string };

/** Synchronous: a handful of small files on this machine, which a thread pool takes longer to start for than to read. */
function readBounded(file: string): BoundedFile {
  try {
    const status = statSync(file);
    if (!status.isFile()) return { ok: false, missing: false, reason: 'it is not a regular file' };
    if (status.size > MAX_FILE_BYTES) return { ok: false, missing: false, reason: `it is larger than ${MAX_FILE_BYTES / 1024} KiB` };
    return { ok: true, bytes: readFileSync(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { ok: false, missing: code === 'ENOENT' || code === 'ENOTDIR', reason: code === 'ENOENT' ? 'there is no such file' : code };
  }
}
