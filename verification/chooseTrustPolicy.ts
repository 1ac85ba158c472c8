import path from 'node:path';
import type { Finding } from './finding';
import { guardProblem, missing, outermostRepositoryOf, repositoryOf, searchTrustPolicy } from './findTrustPolicy';
import type { TrustPolicySearch } from './findTrustPolicy';
import type { NamedFile } from './findings/trust';
import { loadTrustPolicy } from './loadTrustPolicy';
import type { LoadedTrustPolicy } from './loadTrustPolicy';
import type { Result } from './result';

/** The directory of the project that is previewed, or the one in which a command runs. */
export interface ProjectDirectory {
  /** Without symbolic links. */
  readonly root: string;
  /** As the caller reached it, perhaps through links. */
  readonly linkedRoot: string;
  /** Where the program runs: the directory of `main`, without symbolic links. */
  readonly program: string;
}

/** A policy with the reason why it decides. */
export interface ChosenTrustPolicy {
  readonly policy: LoadedTrustPolicy;
  readonly why: string;
}

/**
 * The trust policy of a project: `trust-policy.yaml` in its directory or the nearest one above it within the repository. Where another file
 * could have been meant and says something else, that is refused (`trust-policy-ambiguous`) or at least reported (`trust-policy-unused`): a
 * file that a pull request adds must not replace the reviewed one without a word.
 *
 * @param pwd directory of the caller's shell, whose file a person may expect to decide
 */
export async function chooseTrustPolicy(
  { root, linkedRoot, program }: ProjectDirectory,
  pwd: string | undefined,
): Promise<Result<ChosenTrustPolicy>> {
  const search = (directory: string) => searchTrustPolicy(directory, repositoryOf(directory));
  const ofRoot = { base: root, ...search(root), why: `nearest to the project directory ${root}` };
  const ofProgram = isWithin(program, root)
    ? undefined
    : { base: program, ...search(program), why: `nearest to the program directory ${program}` };
  const first = ofRoot.file !== undefined || ofProgram === undefined ? ofRoot : ofProgram;
  if (first.file === undefined) return { ok: false, finding: missing(joined(ofRoot, ofProgram)) };
  const reason = guardProblem(first.file, first.base);
  if (reason !== undefined) return { ok: false, finding: { code: 'trust-policy-unreadable', file: first.file, reason } };
  const chosen = await loadTrustPolicy(first.file);
  if (!chosen.ok) return chosen;

  const different = (candidates: readonly (NamedFile | undefined)[]) => differing(chosen.value, candidates);
  const rivals = await different([
    named(ofProgram?.file, ofProgram?.why),
    named(search(linkedRoot).file, `nearest to ${linkedRoot}, a link to the project directory`),
    ...first.nearerLookalikes.map((file) => ({ file, why: 'nearer, under a name that is not read' })),
  ]);
  if (rivals.length > 0)
    return { ok: false, finding: { code: 'trust-policy-ambiguous', files: [{ file: first.file, why: first.why }, ...rivals] } };

  const unused = await different([
    ...filesAbove(first.file, outermostRepositoryOf(first.base)),
    named(pwd !== undefined && path.isAbsolute(pwd) ? search(pwd).file : undefined, `nearest to the directory of the shell, ${pwd ?? ''}`),
    ...first.lookalikesBeside.map((file) => ({ file, why: 'under a name that is not read' })),
  ]);
  const notices: readonly Finding[] = unused.length === 0 ? [] : [{ code: 'trust-policy-unused', used: first.file, unused }];
  return { ok: true, value: { policy: { ...chosen.value, notices }, why: first.why } };
}

/** What was searched from both directories, as one search that found nothing. */
function joined(ofRoot: TrustPolicySearch, ofProgram: TrustPolicySearch | undefined): TrustPolicySearch {
  return {
    searched: [...new Set([...ofRoot.searched, ...(ofProgram?.searched ?? [])])],
    nearerLookalikes: [...new Set([...ofRoot.nearerLookalikes, ...(ofProgram?.nearerLookalikes ?? [])])],
    lookalikesBeside: [],
  };
}

/** The trust policies of the directories above a file, up to the highest one that is looked at. */
function filesAbove(file: string, highest: string): readonly NamedFile[] {
  const directory = path.dirname(file);
  if (directory === highest || directory === path.dirname(directory)) return [];
  const next = searchTrustPolicy(path.dirname(directory), highest).file;
  if (next === undefined) return [];
  return [{ file: next, why: 'further from the project directory' }, ...filesAbove(next, highest)];
}

const named = (file: string | undefined, why = ''): NamedFile | undefined => (file === undefined ? undefined : { file, why });

/** Those that would decide otherwise: another text, or the same one (a link to it, say) with other keys, trust roots or records around it. */
async function differing(chosen: LoadedTrustPolicy, candidates: readonly (NamedFile | undefined)[]): Promise<readonly NamedFile[]> {
  const different: NamedFile[] = [];
  for (const one of candidates) {
    if (one === undefined || different.some(({ file }) => file === one.file) || one.file === chosen.file) continue;
    const loaded = await loadTrustPolicy(one.file);
    if (!loaded.ok || loaded.value.fingerprint !== chosen.fingerprint) different.push(one);
  }
  return different;
}

function isWithin(directory: string, root: string): boolean {
  const relative = path.relative(root, directory);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
