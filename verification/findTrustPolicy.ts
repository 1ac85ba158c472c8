import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { failure, success } from './result';
import type { Result } from './result';

/** Name under which the policy is looked for, from the project directory upwards. */
export const TRUST_POLICY_FILE = 'trust-policy.yaml';

/** Names the trust policy by an absolute path, for runs in which the project directory is not certain, or by the choice of who runs them. */
export const TRUST_POLICY_VARIABLE = 'MODEL_SUPPLY_CHAIN_TRUST_POLICY';

/** Other spellings of it: never read, but a person who wrote one believes that it counts. */
const LOOKALIKE = /^\.?trust[-_. ]?policy\.(?:ya?ml|jsonc?)$/i;

/** What a search upwards found on its way. */
export interface TrustPolicySearch {
  /** The nearest file of the right name; absent when there is none. */
  readonly file?: string;
  /** Every place that was looked at, the nearest first. */
  readonly searched: readonly string[];
  /** Files of a similar name that are nearer than `file`. */
  readonly nearerLookalikes: readonly string[];
  /** Files of a similar name in the directory of `file`. */
  readonly lookalikesBeside: readonly string[];
}

/**
 * Finds `trust-policy.yaml` in a directory or the nearest one above it.
 *
 * @param highest last directory to look in, see `repositoryOf`. Default: the root of the file system, where a file may be anyone's.
 * @returns its path, or `trust-policy-missing` with the directories that were searched
 */
export function findTrustPolicy(start: string, highest?: string): Promise<Result<string>> {
  const search = searchTrustPolicy(start, highest);
  return Promise.resolve(search.file === undefined ? failure(missing(search)) : success(search.file));
}

/** The finding for a search that found no file. */
export function missing({ searched, nearerLookalikes }: TrustPolicySearch) {
  return {
    code: 'trust-policy-missing',
    searched,
    ...(nearerLookalikes.length > 0 && { lookalikes: nearerLookalikes }),
  } as const;
}

/** The search of `findTrustPolicy`, with what lies on the way. */
export function searchTrustPolicy(start: string, highest?: string): TrustPolicySearch {
  const searched: string[] = [];
  const lookalikes: string[] = [];
  for (let directory = path.resolve(start); ; directory = path.dirname(directory)) {
    const candidate = path.join(directory, TRUST_POLICY_FILE);
    searched.push(candidate);
    const here = lookalikesIn(directory);
    if (exists(candidate)) return { file: candidate, searched, nearerLookalikes: lookalikes, lookalikesBeside: here };
    lookalikes.push(...here);
    if (directory === highest || directory === path.dirname(directory))
      return { searched, nearerLookalikes: lookalikes, lookalikesBeside: [] };
  }
}

/** File systems that ignore case give the right file under another name too; that one is no second file. */
function lookalikesIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name !== TRUST_POLICY_FILE && LOOKALIKE.test(name));
    if (names.length === 0) return [];
    const right = status(path.join(directory, TRUST_POLICY_FILE));
    return names.map((name) => path.join(directory, name)).filter((file) => !isSameFile(status(file), right));
  } catch {
    return []; // the file itself is asked for by name, so nothing is missed
  }
}

/**
 * The highest directory in which a trust policy for `start` is looked for: the one with `.git`, which reviews what changes there; without one,
 * `start` itself. The way up never goes through a directory where people may put files who may not do so in `start`, such as `/tmp`.
 */
export function repositoryOf(start: string): string {
  const root = path.resolve(start);
  const owned = status(root);
  for (let directory = root; ; directory = path.dirname(directory)) {
    if (directory !== root && !isGuardedLike(owned, status(directory))) return root;
    // A file in worktrees and submodules.
    if (exists(path.join(directory, '.git'))) return directory;
    if (directory === path.dirname(directory)) return root;
  }
}

/**
 * The outermost repository around a directory, by the same rules: a submodule is part of what its superproject reviews. Only for reports; a file
 * beyond the nearest repository never decides.
 */
export function outermostRepositoryOf(start: string): string {
  let found = repositoryOf(start);
  for (;;) {
    const above = path.dirname(found);
    const outer = repositoryOf(above);
    if (above === found || !isGuardedLike(status(found), status(above)) || !exists(path.join(outer, '.git'))) return found;
    found = outer;
  }
}

const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;

/** Whether only those may write the directory who may write `root` anyhow, with all programs in it, and the administrator. */
function isGuardedLike(root: Stats | undefined, directory: Stats | undefined): boolean {
  if (root === undefined || directory === undefined) return false;
  if (process.getuid === undefined) return true; // Windows: no owner or mode to go by
  const owners: readonly number[] = [0, process.getuid(), root.uid];
  if (!owners.includes(directory.uid)) return false;
  if ((directory.mode & OTHERS_WRITE) !== 0) return (root.mode & OTHERS_WRITE) !== 0;
  // With a umask of 002 every directory is writable by the user's own group.
  return (directory.mode & GROUP_WRITE) === 0 || directory.gid === root.gid || (root.mode & OTHERS_WRITE) !== 0;
}

/**
 * What speaks against a trust policy that was found rather than named: a file that others own or may write, as in a project in a shared
 * directory. For a symbolic link, that counts for the link too.
 */
export function guardProblem(file: string, root: string): string | undefined {
  const owned = status(root);
  const isGuarded = [status(file), linkStatus(file)].every((one) => one === undefined || isGuardedLike(owned, one));
  return isGuarded
    ? undefined
    : 'another user owns it or may write it, who may not do so in the project directory; name it by its path if it is right';
}

/** Whether two paths name one file or directory. */
export const isSamePlace = (one: string, other: string): boolean => isSameFile(status(one), status(other));

const isSameFile = (one: Stats | undefined, other: Stats | undefined): boolean =>
  one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;

function status(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** The link itself, of which the mode says nothing. */
function linkStatus(file: string): Stats | undefined {
  try {
    const found = lstatSync(file);
    return found.isSymbolicLink() ? Object.assign(found, { mode: 0 }) : found;
  } catch {
    return undefined;
  }
}

/**
 * Whether something has that name, usable or not: a broken link, or a file that we may not look at, must not be passed over for the
 * policy of a directory above, which may be laxer.
 */
export function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
