import { readFileSync } from 'node:fs';

import { shown } from './argumentChecks';
import type { ArgumentProblems } from './argumentProblems';

/** The content of a file that an argument names; undefined after a complaint. */
export function readOrComplain(file: string, path: string, problems: ArgumentProblems): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    problems.add(path, {
      expected: 'a readable file',
      found: `${shown(file)} (${code})`,
      fix: 'write its path from the directory of Pulumi.yaml',
    });
    return undefined;
  }
}

/** A TUF repository by its address and the content of its first root.json; undefined where there is none, or after a complaint. */
export function readTufRepository(
  tuf: { readonly mirror: string; readonly rootPath: string } | undefined,
  problems: ArgumentProblems,
): { readonly mirror: string; readonly root: string } | undefined {
  if (tuf === undefined) return undefined;
  const root = readOrComplain(tuf.rootPath, 'tuf.rootPath', problems);
  if (!/^https:\/\/\S+$|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?(?:\/\S*)?$/.test(tuf.mirror)) {
    problems.add('tuf.mirror', { expected: 'an https URL', found: shown(tuf.mirror), fix: 'write the address of the TUF repository' });
  }
  return root === undefined ? undefined : { mirror: tuf.mirror, root };
}
