import { LineCounter } from 'yaml';
import { composeYaml } from './boundedYaml';

/**
 * The values of some names at the top of a YAML or JSON file of another format, read within the bounds of a trust policy.
 *
 * @returns `undefined` for a text that cannot be read, or that has a name twice: readers differ about which one counts
 */
export function readTopLevel(text: string, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  try {
    const { document, problems } = composeYaml(text, new LineCounter());
    if (document === undefined || problems.length > 0) return undefined;
    return Object.fromEntries(names.map((name) => [name, document.get(name)]));
  } catch {
    return undefined;
  }
}
