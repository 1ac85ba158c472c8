import { quoted } from '../printing';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Finding, TrustPolicyProblem } from './finding';
import type { PreviousVerdicts } from './lifecycle/previousVerdicts';
import { parseModelLock } from './model-lock/parseModelLock';
import { failure, success } from './result';
import type { Result } from './result';
import { parseTrustPolicy, parseTrustPolicyObject } from './trust-policy';
import { publicKeyProblem } from './trust-policy';
import type { Authority, TrustPolicy, TrustRoot } from './trust-policy/types';

/** Name under which the policy is looked for, from the project directory upwards. */
export const TRUST_POLICY_FILE = 'trust-policy.yaml';

/** Record of earlier verdicts, read where it stands in the directory of the trust policy. */
export const MODEL_LOCK_FILE = 'model.lock';

/** A trust policy together with the files that it names, read once when it is loaded. */
export interface LoadedTrustPolicy {
  readonly policy: TrustPolicy;
  /** Path of the file, or a name for an inline policy; for messages. */
  readonly file: string;
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
  return parsed.ok ? withFiles(parsed.value, file, path.dirname(file)) : parsed;
}

/**
 * Loads a policy that is written inline, in the policy pack's configuration for example.
 *
 * @param value the policy as an object
 * @param directory where relative paths inside start from
 */
export function loadInlineTrustPolicy(value: unknown, name: string, directory: string): Promise<Result<LoadedTrustPolicy>> {
  const parsed = parseTrustPolicyObject(value, name);
  return Promise.resolve(parsed.ok ? withFiles(parsed.value, name, directory) : parsed);
}

/**
 * Finds `trust-policy.yaml` in a directory or the nearest one above it.
 *
 * @returns its path, or `trust-policy-missing` with the directories that were searched
 */
export function findTrustPolicy(start: string): Promise<Result<string>> {
  return Promise.resolve(nearestTrustPolicy(start));
}

function nearestTrustPolicy(start: string): Result<string> {
  const searched: string[] = [];
  for (let directory = path.resolve(start); ; directory = path.dirname(directory)) {
    const candidate = path.join(directory, TRUST_POLICY_FILE);
    searched.push(candidate);
    if (exists(candidate)) return success(candidate);
    if (directory === path.dirname(directory)) return failure({ code: 'trust-policy-missing', searched });
  }
}

/** Reads every file that the policy names; a missing key is a problem of the policy, told together with all others. */
function withFiles(policy: TrustPolicy, file: string, directory: string): Result<LoadedTrustPolicy> {
  const problems: TrustPolicyProblem[] = [];
  const keys = new Map<Authority, string>();
  const trustRootFiles = new Map<string, Uint8Array>();

  const named = (relative: string, field: string): Uint8Array | undefined => {
    const read = readBounded(path.resolve(directory, relative));
    if (read.ok) return read.bytes;
    problems.push({
      path: field,
      message: `expected a readable file, got ${quoted(relative, 400)}: ${read.reason} (looked in ${directory})`,
    });
    return undefined;
  };

  for (const [policyIndex, item] of policy.policies.entries()) {
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
  const lock = readModelLock(path.join(directory, MODEL_LOCK_FILE));
  return lock.ok ? success({ policy, file, directory, keys, trustRootFiles, previousVerdicts: lock.value }) : lock;
}

/** Only a lock that is not there is an empty one: a broken link, or a file that we may not read, may hide the signer that was known. */
function readModelLock(file: string): Result<PreviousVerdicts> {
  if (!exists(file)) return success(new Map());
  const text = readBounded(file);
  if (text.ok) return parseModelLock(Buffer.from(text.bytes).toString('utf8'), file);
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

/**
 * Whether something has that name, usable or not: a broken link, or a file that we may not look at, must not be passed over for the
 * policy of a directory above, which may be laxer.
 */
function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
