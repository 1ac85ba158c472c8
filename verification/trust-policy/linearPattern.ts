import type * as Re2 from 're2js';
import { quoted } from './messageText';
import { patternSize } from './patternSize';

/** A compiled pattern. */
export interface LinearPattern {
  /** Whether the pattern matches a text as a whole. */
  test(text: string): boolean;
}

/**
 * How many steps a program may have: the time for one text is at most their number times its length. More than a pattern of the greatest length
 * needs without counted repetitions; `(?:a?){1000}a{1000}` has 3,000 and keeps an attacker's choice of text busy for a second.
 */
const MAX_PROGRAM = 2_500;

/** Readers of patterns call themselves for each group in a group. */
const MAX_NESTING = 100;

/** Compiled patterns that are kept; a policy with more compiles some again. */
const MAX_KEPT = 64;

const LONE_SURROGATE = /\p{Cs}/u;

const kept = new Map<string, LinearPattern>();
let engine: typeof Re2 | undefined;

/** Loaded with the first pattern: most policies have none, and it is larger than the rest of the core. */
function loadEngine(): typeof Re2 {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- parsing a policy cannot await an import()
  engine ??= require('re2js') as typeof Re2;
  return engine;
}

/**
 * Compiles a pattern so that it must match a text as a whole, in time that grows with the length of the text only: whoever signs chooses the text,
 * so a matcher that tries all ways could be kept busy for ever. The syntax is RE2, as in Kyverno and policy-controller, which therefore match alike.
 *
 * The group keeps an alternation together: `^a|b$` would accept `axxx`. Text that is no Unicode matches nothing, since others read it differently.
 */
export function anchoredPattern(source: string): LinearPattern {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const program = loadEngine().RE2JS.compile(`^(?:${source})$`);
  const pattern = { test: (text: string) => !LONE_SURROGATE.test(text) && program.test(text) };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(source, pattern);
  return pattern;
}

/** Why a text is no pattern; undefined when it is one. */
export function syntaxProblem(source: string): string | undefined {
  const notRead = (why: string) => `expected a pattern that RE2 reads, got ${quoted(source)}, ${why}`;
  const unlike = unlikeElsewhere(source);
  if (unlike !== undefined) return notRead(unlike);
  if (nesting(source) > MAX_NESTING) return notRead('which has too many groups in groups');
  if (patternSize(source) > MAX_PROGRAM) return notRead(TOO_LARGE);
  const { RE2JS } = loadEngine();
  try {
    // Alone first: `a)|(b` would compile inside our group and escape from it.
    RE2JS.compile(source);
    return RE2JS.compile(`^(?:${source})$`).programSize() > MAX_PROGRAM ? notRead(TOO_LARGE) : undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/named capture/.test(message) && /\(\?<[=!]/.test(source)) return notRead(LOOKS_AROUND);
    const unread = UNREAD.find(([reason]) => reason.test(message))?.[1];
    if (unread !== undefined) return notRead(unread);
    const malformed = MALFORMED.find(([reason]) => reason.test(message))?.[1];
    return `expected a regular expression (RE2), got ${quoted(source)}, ${malformed ?? 'which is none'}`;
  }
}

/** Parentheses that are open at the same time; those in classes count too, which only errs on the side of refusing. */
function nesting(source: string): number {
  let deepest = 0;
  let open = 0;
  for (const [token] of source.matchAll(/\\[\s\S]|[()]/g)) {
    if (token === '(') deepest = Math.max(deepest, ++open);
    else if (token === ')') open -= 1;
  }
  return deepest;
}

const TOO_LARGE = 'which repeats too much: lower the counts in {...}, or write * or +';

/** Classes of characters that all readers of RE2 know by the same name. */
const PROPERTY = /^(?:[CLMNPSZ]|\{\^?(?:[CLMNPSZ][a-z]?|Latin|Greek|Cyrillic|Han|Hiragana|Katakana|Arabic|Hebrew)\})/;

/** What compiles here and means something else to other readers, or what a reader of the policy would take for something else. */
function unlikeElsewhere(source: string): string | undefined {
  for (const { 0: escape, index } of source.matchAll(/\\[\s\S]/g)) {
    const letter = escape.slice(1);
    if (/[QE]/.test(letter)) return 'with text between \\Q and \\E: write each character, with a backslash where it needs one';
    if (/[pP]/.test(letter) && !PROPERTY.test(source.slice(index + 2))) return 'with a class of characters that not every RE2 has';
    if (/[\s!"#%&',:;<=>@_`~]/.test(letter)) return `where ${JSON.stringify(letter)} needs no backslash`;
  }
  return undefined;
}

const LOOKS_AROUND = 'which looks ahead or behind, or has a flag that RE2 does not know: write what the text is, not what it is not';

/** What RE2 leaves out of other languages, by its own messages. */
const UNREAD: readonly (readonly [message: RegExp, why: string])[] = [
  [/Perl syntax/, LOOKS_AROUND],
  [/invalid escape/, 'which has an escape that RE2 does not know, like \\1, \\u or \\Z: write \\x{41} for a character by its number'],
  [/invalid repeat count/, 'which repeats more than 1,000 times'],
  [/too deeply|too large/, 'which is too large'],
];

/** What no language of regular expressions reads. */
const MALFORMED: readonly (readonly [message: RegExp, why: string])[] = [
  [/nested repetition/, 'which has two repetitions in a row, like a**'],
  [/missing argument/, 'which has a repetition of nothing, like *a'],
  [/missing closing \]/, 'which has a [ without its ]'],
  [/missing closing \)|unexpected \)/, 'which has a parenthesis without its other half'],
  [/character class range/, 'which has a class of characters that does not exist or runs backwards'],
  [/named capture|capture group name/, 'which has a group by a name that cannot be one, or is there twice'],
  [/trailing backslash/, 'which ends with a backslash'],
];
