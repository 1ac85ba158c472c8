import { quoted } from '../../printing';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { parseTrustPolicy, parseTrustPolicyObject, publicKeyProblem } from '../../verification/trust-policy';
import type { Authority, TrustPolicy } from '../../verification/trust-policy';

/** A trust policy with everything that the cluster needs of it, since the cluster cannot read files of ours. */
export interface AdmissionTrustPolicy {
  readonly policy: TrustPolicy;
  /** `sha256:…` of the file, as verification summaries name the policy; an inline policy has none. */
  readonly digest: string | undefined;
  /** PEM of every key that is in the policy or in a file. */
  readonly keys: ReadonlyMap<Authority, string>;
  /** Contents of trusted_root.json (kind `file`) or root.json (kind `tuf`), by the name of the trust root. */
  readonly trustRoots: ReadonlyMap<string, string>;
}

/** What is wrong with the file or with one that it names. */
export interface TrustPolicyFileProblem {
  /** Field path in the trust policy; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type TrustPolicyFileReading =
  | { readonly ok: true; readonly value: AdmissionTrustPolicy }
  | { readonly ok: false; readonly problems: readonly TrustPolicyFileProblem[] };

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a trust policy and the keys and trust roots that it names, all mistakes at once.
 *
 * @param file path of the policy; paths in it start from its directory
 */
export function readTrustPolicyFile(file: string): TrustPolicyFileReading {
  const bytes = readBounded(file);
  if (typeof bytes === 'string') return { ok: false, problems: [{ path: '', message: bytes }] };
  const parsed = parseTrustPolicy(bytes.toString('utf8'), file);
  if (!parsed.ok) return { ok: false, problems: parsed.finding.problems };
  return withFiles(parsed.value, path.dirname(file), `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/**
 * Reads a trust policy that is written in the program, and the keys and trust roots that it names.
 *
 * @param value what the program gave; only plain values, since which objects there are must be known at preview
 * @param directory where paths in it start from
 */
export function readInlineTrustPolicy(value: unknown, directory: string): TrustPolicyFileReading {
  const parsed = parseTrustPolicyObject(value, 'trustPolicy');
  return parsed.ok ? withFiles(parsed.value, directory, undefined) : { ok: false, problems: parsed.finding.problems };
}

function withFiles(policy: TrustPolicy, directory: string, digest: string | undefined): TrustPolicyFileReading {
  const problems: TrustPolicyFileProblem[] = [];
  const named = (relative: string, field: string): string | undefined => {
    const content = readBounded(path.resolve(directory, relative));
    if (typeof content !== 'string') return content.toString('utf8');
    problems.push({ path: field, message: content });
    return undefined;
  };
  const keys = new Map(keysOf(policy, named, problems));
  const trustRoots = new Map(trustRootsOf(policy, named));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { policy, digest, keys, trustRoots } };
}

type ReadNamed = (relative: string, field: string) => string | undefined;

function* keysOf(policy: TrustPolicy, named: ReadNamed, problems: TrustPolicyFileProblem[]): Generator<[Authority, string]> {
  for (const [policyIndex, item] of policy.policies.entries()) {
    for (const [index, authority] of item.authorities.entries()) {
      if (authority.kind !== 'key' || authority.key.kind === 'kms') continue;
      const field = `policies[${policyIndex}].authorities[${index}].key.path`;
      const pem = authority.key.kind === 'data' ? authority.key.pem : named(authority.key.path, field);
      if (pem === undefined) continue;
      const problem = publicKeyProblem(pem);
      if (problem !== undefined) problems.push({ path: field, message: problem });
      yield [authority, pem];
    }
  }
}

function* trustRootsOf(policy: TrustPolicy, named: ReadNamed): Generator<[string, string]> {
  for (const [index, root] of policy.trustRoots.entries()) {
    if (root.kind === 'public-good') continue;
    const content =
      root.kind === 'file' ? named(root.path, `trustRoots[${index}].file.path`) : named(root.root, `trustRoots[${index}].tuf.root`);
    if (content !== undefined) yield [root.name, content];
  }
}

/** The bytes, or why there are none. */
function readBounded(file: string): Buffer | string {
  try {
    const status = statSync(file);
    if (!status.isFile()) return `expected a file, got something else: ${quoted(file, 400)}`;
    if (status.size > MAX_BYTES) return `expected at most ${MAX_BYTES / 1024} KiB, got a larger file: ${quoted(file, 400)}`;
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return `expected a readable file, got ${quoted(file, 400)}: ${code === 'ENOENT' ? 'there is no such file' : code}`;
  }
}
