import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { TrustPolicyProblem } from '../finding';
import type { LocatedProblem } from './problems';

/** A trust policy has a few aliases at most; the bound stops "billion laughs" documents. */
const MAX_ALIASES = 50;
export const MAX_POLICY_BYTES = 1024 * 1024;

/** A YAML text as a value, and the way back from a path to a position in the text. */
export type YamlText =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly position: (problem: LocatedProblem) => { readonly line?: number; readonly column?: number };
    }
  | { readonly ok: false; readonly problems: readonly TrustPolicyProblem[] };

/** Reads one YAML 1.2 document; JSON is YAML. */
export function readYaml(text: string): YamlText {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) return broken('expected at most 1 MiB');
  if (text.trim() === '') return broken('expected a trust policy, got an empty file');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false, uniqueKeys: true, strict: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { path: '', line, column: col, message: `not valid YAML: ${error.message}` };
      }),
    };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, value, position: (problem) => position(document, lines, problem) };
  } catch (error) {
    return broken(`not usable YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
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
