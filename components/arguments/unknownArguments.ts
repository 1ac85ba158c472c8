import { shown } from './argumentChecks';
import type { ArgumentProblems } from './argumentProblems';

/**
 * Complains about arguments that nobody reads. TypeScript finds them in a literal; JavaScript and other languages do not, and a
 * `securityContext` that is silently ignored is worse than one that is refused.
 *
 * @param path Where the arguments are: `model`; empty for those of the component.
 */
export function unknownArguments(path: string, args: object, known: Readonly<Record<string, true>>, problems: ArgumentProblems): void {
  for (const name of Object.keys(args).filter((key) => !Object.hasOwn(known, key))) {
    const closest = Object.keys(known).find((key) => key.toLowerCase() === name.toLowerCase());
    problems.add(path === '' ? name : `${path}.${name}`, {
      expected: 'a known argument',
      found: shown(name),
      fix: closest === undefined ? `remove it; there are ${Object.keys(known).join(', ')}` : `write it "${closest}"`,
    });
  }
}
