/** How texts of the user appear in messages: cut, without control characters, and never showing a private key. */

/** A private key by its PEM label, whatever its kind (`EC`, `ENCRYPTED SIGSTORE`, …); also when YAML folded it into one line. */
export const PRIVATE_KEY_LABEL = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/i;

const MAX_SHOWN = 120;

/** Control, format (direction overrides) and line characters and lone surrogates: they could forge lines or hide text in a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Replaces every character that a terminal or log could act on by its `\u` escape. */
export function printable(text: string): string {
  return text.replace(new RegExp(UNPRINTABLE, 'gu'), (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** Whether the text holds a character that `printable` would escape. */
export function hasUnprintable(text: string): boolean {
  return UNPRINTABLE.test(text);
}

/** A text of the user as messages show it. Several lines are only described: they may be a key that lost its label. */
export function quoted(text: string): string {
  if (PRIVATE_KEY_LABEL.test(text)) return 'a private key (not shown)';
  const lines = text.trimEnd().split(/\r\n|\r|\n/).length;
  if (lines > 1) return `a text of ${lines} lines`;
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
