import { realpathSync } from 'node:fs';
import path from 'node:path';
import type * as Core from '../../verification';
import type { Finding, ProjectDirectory, Result } from '../../verification';
import type { ProcessChain } from './processChain';
import { projectAbove } from './projectFile';
import type { Project } from './projectFile';

/** What is known when the first resource comes. */
export interface ProjectEvidence {
  readonly chain: ProcessChain;
  /** PWD of the environment: the caller's directory, which a wrapper or `-C` makes wrong. Only ever a spelling of pulumi's own directory. */
  readonly pwd: string | undefined;
  /** Project of the resource's URN. */
  readonly project: string;
  /** Whether the engine named a project at the start; `pulumi policy analyze` does not, and starts hosts where it runs itself. */
  readonly isConfigured: boolean;
}

/**
 * The directory of the project, or `project-directory-unknown`. Certain only if the project file found from pulumi's own directory has the
 * name of the resource's project and leads to the directory in which the engine started the language host: two copies of a project have one
 * name, and two projects can share one program, but not both at once.
 */
export function projectDirectory(
  { chain, pwd, project, isConfigured }: ProjectEvidence,
  core: Pick<typeof Core, 'isSamePlace' | 'readTopLevel'>,
): Result<ProjectDirectory> {
  const unknown = (reason: string, found?: Project): Result<ProjectDirectory> => ({
    ok: false,
    finding: unknownDirectory(project, reason, { chain, pwd, found }),
  });
  const { cli, program, form } = chain;
  if (program === undefined) return unknown(chain.reason ?? 'the directory of the language host is hidden');
  // Where the system shows no other process, an executable pack still knows where it was started itself.
  if (cli === undefined && form !== 'executable') return unknown(chain.reason ?? 'the directory of pulumi is hidden');
  const there = cli ?? program;
  // As Pulumi itself goes by PWD: where it names the very directory, through links.
  const spelling = pwd !== undefined && path.isAbsolute(pwd) ? path.resolve(pwd) : there;
  const start = core.isSamePlace(spelling, there) ? spelling : there;
  const found = projectAbove(start, core);
  if (found === undefined) return unknown(`no Pulumi.yaml in ${start} or above it`);
  if (found.name !== project) return unknown(`the project of ${found.file} has another name`, found);
  const expected = isConfigured ? found.program : cli;
  if (expected === undefined || !core.isSamePlace(expected, program)) {
    return unknown(`"main" of ${found.file} is not the directory in which the engine started ${STARTED[form]}`, found);
  }
  try {
    const root = realpathSync(found.root);
    return { ok: true, value: { root, linkedRoot: found.root, program: realpathSync(found.program ?? root) } };
  } catch {
    return unknown(`${found.root} is gone`, found);
  }
}

const STARTED = { hosted: 'the language host', executable: 'the pack' } as const;

function unknownDirectory(
  project: string,
  reason: string,
  { chain, pwd, found }: { readonly chain: ProcessChain; readonly pwd: string | undefined; readonly found: Project | undefined },
): Finding {
  const sources = [
    `directory of pulumi: ${chain.cli ?? 'not known'}`,
    `directory of ${STARTED[chain.form]}: ${chain.program ?? 'not known'}`,
    `project file: ${found === undefined ? 'none' : `${found.file}, name ${JSON.stringify(found.name ?? 'not readable')}`}`,
    `PWD (only a hint): ${pwd ?? 'not set'}`,
  ];
  return { code: 'project-directory-unknown', project, reason, sources };
}
