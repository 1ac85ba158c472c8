import { LineCounter, isMap, isNode, isPair, isScalar } from 'yaml';
import type { Document } from 'yaml';
import type { TrustPolicyProblem } from '../finding';
import { composeYaml } from './boundedYaml';
import type { TextProblem } from './boundedYaml';
import { shown } from '../../printing';
import { PRIVATE_KEY_LABEL } from './messageText';
import { formatPath } from './problems';
import type { LocatedProblem } from './problems';
import { PRIVATE_KEY_MESSAGE } from './publicKey';

/** A trust policy has a few aliases at most; the bound stops "billion laughs" documents. */
const MAX_ALIASES = 20;
export const MAX_POLICY_BYTES = 1024 * 1024;

/** A YAML text as a value, and the way back from a path to a position in the text. */
export type YamlText =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Problems of the text that still let it be read, so that they are told together with the others. */
      readonly problems: readonly TrustPolicyProblem[];
      readonly position: (problem: LocatedProblem) => { readonly line?: number; readonly column?: number };
    }
  | { readonly ok: false; readonly problems: readonly TrustPolicyProblem[] };

/**
 * Reads one YAML 1.2 document; JSON is YAML.
 *
 * @param what the text should be, for messages
 */
export function readYaml(text: string, what = 'a trust policy'): YamlText {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) return broken('expected at most 1 MiB');
  if (text.trim() === '') return broken(`expected ${what}, got an empty file`);
  const lines = new LineCounter();
  const composed = composeYaml(text, lines, what);
  const problems = [...composed.problems, ...privateKeyOutside(text)].map((problem) => inWords(problem, lines));
  const { document } = composed;
  if (document === undefined) return { ok: false, problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, value, problems, position: (problem) => position(document, lines, problem) };
  } catch {
    return broken(`expected at most ${MAX_ALIASES} uses of YAML aliases, each after its anchor, got more or an unknown one`);
  }
}

/** A private key leaks from a comment or a wrong field as well as from `key.data`, which tells it by itself. */
function privateKeyOutside(text: string): readonly TextProblem[] {
  const offset = text.search(PRIVATE_KEY_LABEL);
  return offset === -1 ? [] : [{ path: [], offset, message: PRIVATE_KEY_MESSAGE }];
}

function inWords({ path, offset, message }: TextProblem, lines: LineCounter): TrustPolicyProblem {
  if (offset === undefined) return { path: formatPath(path), message: shown(message) };
  const { line, col } = lines.linePos(offset);
  return { path: formatPath(path), line, column: col, message: shown(message) };
}

const broken = (message: string): YamlText => ({ ok: false, problems: [{ path: '', message }] });

/** The position of a problem: its key, its value, or, when the field is missing, the nearest thing around it. */
function position(document: Document, lines: LineCounter, problem: LocatedProblem): { line?: number; column?: number } {
  const offset =
    problem.key === undefined ? offsetOf(document, problem.path) : offsetOfKey(document, problem.path.slice(0, -1), problem.key);
  if (offset === undefined) return {};
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}

function offsetOfKey(document: Document, path: readonly (string | number)[], key: string): number | undefined {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return offsetOf(document, path);
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : offsetOf(document, path);
}
