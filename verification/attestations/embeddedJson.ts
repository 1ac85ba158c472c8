import { hasDuplicateKeys } from './duplicateKeys';
import { malformed, read } from './malformed';
import type { Read } from './malformed';
import { field, isRecord } from './signedFields';

/**
 * The JSON document in a predicate. cosign puts it there as it is, as a text (`--type spdx`), or as a text under `Data` (`--type custom`,
 * and every type before 1.9).
 *
 * @param hint what to do when the text is not JSON
 */
export function embeddedJson(predicate: unknown, hint: string): Read<Readonly<Record<string, unknown>>> {
  const data = field(predicate, 'Data');
  const [path, content] = data === undefined ? ['', predicate] : ['Data', data];
  const value = typeof content === 'string' ? parsed(content) : content;
  if (value === DUPLICATE) return malformed(path, 'JSON that names each key once', content);
  return isRecord(value) ? read(value) : malformed(path, `a JSON object (${hint})`, content);
}

/** The keys of the statement were checked, but not those inside of a text in it. */
const DUPLICATE = Symbol('an object names a key twice');

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return hasDuplicateKeys(text) ? DUPLICATE : value;
  } catch {
    return undefined;
  }
}
