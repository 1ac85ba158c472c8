import type * as z from 'zod/mini';
import type { TrustPolicyProblem } from '../finding';
import { shown } from '../../printing';
import { quoted } from './messageText';
import { suggestion } from './nearestName';

/** A problem and the place where it is: property names and list positions from the root. */
export interface LocatedProblem {
  readonly path: readonly (string | number)[];
  /** Set when the problem is the key itself, so that its position is the key's. */
  readonly key?: string;
  readonly message: string;
}

/** Finds a problem in the text of the file. */
export type Position = (problem: LocatedProblem) => { readonly line?: number; readonly column?: number };

/** Enough for every real file; a file of garbage does not fill a terminal. */
const MAX_PROBLEMS = 100;

/** Problems as findings tell them; one more than are listed, so that `listProblems` knows of it. */
export function problemsInWords(located: readonly LocatedProblem[], position: Position): readonly TrustPolicyProblem[] {
  const listed = located.slice(0, MAX_PROBLEMS + 1);
  return listed.map((problem) => ({ path: formatPath(problem.path), ...position(problem), message: shown(problem.message) }));
}

/** In the order of the file, the first hundred. @param what the file should have been, for the last line */
export function listProblems(found: readonly TrustPolicyProblem[], what: string): readonly TrustPolicyProblem[] {
  const sorted = found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const more = { path: '', message: `expected ${what}, got more than ${MAX_PROBLEMS} problems; the rest is not listed` };
  return sorted.length > MAX_PROBLEMS ? [...sorted.slice(0, MAX_PROBLEMS), more] : sorted;
}

/** `policies[0].authorities[1].keyless` */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? shownKey(part) : `${text}.${shownKey(part)}`),
    '',
  );
}

/** Keys are as free as values: an unknown one may be long, or hold what a terminal acts on. */
function shownKey(key: string): string {
  const text = quoted(key);
  return text.startsWith('"') ? shown(key, MAX_KEY_SHOWN) : `(${text})`;
}

const MAX_KEY_SHOWN = 120;

/** Puts an issue of the schema into our words: what was expected, what is there. */
export function problemsOfIssue(
  issue: z.core.$ZodIssue,
  root: unknown,
  knownKeys: (path: readonly (string | number)[]) => readonly string[],
): readonly LocatedProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], key, message: `unknown key${suggestion(key, knownKeys(path))}` }));
    case 'invalid_type':
      return [
        {
          path,
          message:
            value === undefined
              ? `is missing: expected ${article(issue.expected)}`
              : `expected ${article(issue.expected)}, got ${show(value)}`,
        },
      ];
    case 'invalid_value': {
      const field = path.at(-1);
      if ((field === 'kind' || field === 'apiVersion') && typeof value === 'string') {
        return [{ path, message: `expected ${field} ${String(issue.values[0])}, got ${quoted(value).replace(/^"|"$/g, '')}` }];
      }
      const values = issue.values.map((item) => JSON.stringify(item)).join(' or ');
      return [{ path, message: value === undefined ? `is missing: expected ${values}` : `expected ${values}, got ${show(value)}` }];
    }
    case 'too_small':
      return [{ path, message: tooSmall(issue, value) }];
    case 'too_big':
      return [{ path, message: `expected at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}, got ${show(value)}` }];
    case 'invalid_format':
    case 'custom':
      return [
        {
          path,
          message: issue.message.includes(', got ')
            ? issue.message
            : issue.code === 'custom'
              ? issue.message
              : `${issue.message}, got ${show(value)}`,
        },
      ];
    // The schema has no unions, records, maps or multiples; their own words do if it ever gets one.
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ path, message: issue.message }];
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (issue.origin === 'array') return 'expected at least one entry, got an empty list: an empty list would let nobody or everybody in';
  if (issue.origin === 'string') return 'expected text, got an empty string';
  return `expected at least ${issue.minimum}, got ${show(value)}`;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
};
const article = (type: string): string => ARTICLES[type] ?? type;

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined),
    root,
  );
}

/** A value as a reader of the file would recognise it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
