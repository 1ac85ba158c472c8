import { shown } from './shown';

/** Words that no shell reads otherwise than they are written, and that are no option. */
const PLAIN_WORD = /^(?:\[[0-9a-fA-F:.]+\](?=[:/]|$))?[A-Za-z0-9/:][\w@%+=:,./-]*$|^\[[0-9a-fA-F:.]+\]$/;
const MAX_WORD = 1024;

/** Quotes a word for a POSIX shell. */
export const shellQuote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/**
 * Whether a value may stand in a line that people copy into a shell as it is: references, digests, names, predicate types, hosts. Text of
 * others that is no such word stays out, however it is quoted: a line to run must not carry the words of an attacker.
 */
export function isCommandWord(text: string): boolean {
  return text.length <= MAX_WORD && PLAIN_WORD.test(text) && isHarmless(text);
}

/** Whether a text shows as it is: no secret, no hidden character, no markup. For texts of the user's own files, which are quoted. */
export function isHarmless(text: string): boolean {
  return text.length <= 4 * MAX_WORD && shown(text, 4 * MAX_WORD) === text;
}
