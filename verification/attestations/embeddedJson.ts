import { member } from '../json';
import { FREE_FORM, NOT_JSON, readStrictJson } from '../strictJson';
import { malformed, read } from './malformed';
import type { Read } from './malformed';
import { isRecord } from './signedFields';

/**
 * The JSON document in a predicate. cosign puts it there as it is, as a text (`--type spdx`), or as a text under `Data` (`--type custom`,
 * and every type before 1.9).
 *
 * @param hint what to do when the text is not JSON
 */
export function embeddedJson(predicate: unknown, hint: string): Read<Readonly<Record<string, unknown>>> {
  // A document may well have a field `data` of its own.
  const data = member(predicate, 'Data');
  const [path, content] = data === undefined ? ['', predicate] : ['Data', data];
  if (typeof content !== 'string') return isRecord(content) ? read(content) : malformed(path, `a JSON object (${hint})`, content);
  // The statement was read strictly, and not yet the text in it.
  const json = readStrictJson(content, FREE_FORM);
  if (json.ok && isRecord(json.value)) return read(json.value);
  if (json.ok || json.problem === NOT_JSON) return malformed(path, `a JSON object (${hint})`, content);
  return { ok: false, malformed: { path, expected: 'JSON that every parser reads alike', found: json.problem } };
}
