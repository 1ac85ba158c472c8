import { Composer, Lexer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter } from 'yaml';
import { shown } from '../../printing';
import { PRIVATE_KEY_LABEL, quoted } from './messageText';

/** The yaml library has no bounds that hold before it composes: a megabyte of `]`, or `? ` repeated, keeps it busy for minutes. */
const MAX_TOKENS = 200_000;
const MAX_DEPTH = 64;

/** YAML 1.2 core only: no `yes` booleans, no merge keys, no tags that build something else; a `%YAML 1.1` line cannot switch them on. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  // The library compares every key with every other; `duplicateKeys` does it in one pass and knows the path.
  uniqueKeys: false,
  strict: true,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** A problem of the text itself. */
export interface TextProblem {
  readonly path: readonly (string | number)[];
  /** Offset in the text; absent for the whole file. */
  readonly offset?: number;
  readonly message: string;
}

/**
 * Composes one YAML document within bounds; never throws. `document` is absent when there is nothing that can be read on.
 *
 * @param what the text should be, for messages
 */
export function composeYaml(
  text: string,
  lines: LineCounter,
  what = 'a trust policy',
): { readonly document?: Document.Parsed; readonly problems: readonly TextProblem[] } {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  let count = 0;
  // Lexing and parsing do not recurse, composing does: so size and depth are bounded between the two.
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) return refused(`expected ${what}, got a text of more than ${MAX_TOKENS} YAML tokens`);
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH) return refused(`expected ${what}, got a text nested more than ${MAX_DEPTH / 2} levels deep`);
  }
  for (const token of parser.end()) tokens.push(token);
  const documents = [...new Composer(OPTIONS).compose(tokens, true, text.length)] as Document.Parsed[];
  const [document, second] = documents;
  const problems = documents.flatMap((part) => [...part.errors, ...part.warnings]).map((error) => syntaxProblem(error, text));
  if (second !== undefined) {
    const message = `expected one document, got ${documents.length}: keep ${what.replace(/^a /, 'one ')} in a file`;
    problems.push({ path: [], offset: second.range[0], message });
  }
  if (document === undefined || problems.length > 0) return { problems };
  const keys = keyProblems(document.contents);
  return keys.readable ? { document, problems: keys.problems } : { problems: keys.problems };
}

const refused = (message: string): { readonly problems: readonly TextProblem[] } => ({ problems: [{ path: [], message }] });

function syntaxProblem(
  error: { readonly code: string; readonly message: string; readonly pos: [number, number] },
  text: string,
): TextProblem {
  // Some messages quote the text, and that may be a line of a key.
  const reason = PRIVATE_KEY_LABEL.test(text) ? error.code : shown(error.message, 200);
  return {
    path: [],
    offset: error.pos[0],
    message: `not valid YAML: ${reason}${error.code === 'TAB_AS_INDENT' ? '; indent with spaces' : ''}`,
  };
}

/** Duplicate keys, and keys that are no text; with one of the latter the document cannot be turned into an object. */
function keyProblems(root: unknown): { readonly readable: boolean; readonly problems: readonly TextProblem[] } {
  const problems: TextProblem[] = [];
  let readable = true;
  const visit = (node: unknown, path: readonly (string | number)[]): void => {
    if (isSeq(node)) node.items.forEach((item, index) => visit(item, [...path, index]));
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      if (isAlias(key) || isMap(key) || isSeq(key)) {
        readable = false;
        problems.push({ path, offset: key.range?.[0] ?? 0, message: 'expected text as a key, got a list, a mapping or an alias' });
        continue;
      }
      const name = isScalar(key) ? String(key.value) : '';
      if (seen.has(name)) {
        const offset = isScalar(key) ? key.range?.[0] : undefined;
        problems.push({
          path: [...path, name],
          ...(offset !== undefined && { offset }),
          message: `expected each key once, got ${quoted(name)} again`,
        });
      }
      seen.add(name);
      visit(value, [...path, name]);
    }
  };
  visit(root, []);
  return { readable, problems };
}
