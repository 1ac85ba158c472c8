/**
 * What a terminal, a log or a reader's eye acts on without showing it: control characters, direction overrides, zero width and tag characters,
 * variation selectors, fillers that are letters by name only, spaces that are not the space, line separators, lone surrogates, code points
 * for private use or for nothing.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800]|(?! )\p{Zs}/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');

/** Marks that pile up over a letter until they cover the lines around it. No script writes more than four on one letter. */
const FLOOD_OF_MARKS = /(?<=\p{M}{4})\p{M}+/gu;

/** A word with something of a host, path or address in it, or with Latin letters. */
const WORD = /[^\s"'`<>()]+/gu;
const ADDRESS_LIKE = /[\p{L}\p{N}][./:@\\%\u3002\uff0e\uff61][\p{L}\p{N}]|\/\//u;
const LATIN_AND_LOOK_ALIKES =
  /[A-Za-z].*[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]|[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}].*[A-Za-z]/u;
/** Forms that mean an ASCII character and are none: full width, mathematical, circled. */
const COMPATIBILITY_FORM = /[\u2100-\u214f\u2460-\u24ff\ufb00-\ufb06\uff01-\uff5e\u{1d400}-\u{1d7ff}\u{1f100}-\u{1f1ff}]/u;
const NON_ASCII = /[^\0-\x7f]/gu;

/** A character by its number: `\u202e`, `\u{e0041}`. */
export function escapedCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Whether the text holds a character that is not seen, or that acts: for checks that refuse such a text. */
export function hasUnprintable(text: string): boolean {
  return UNPRINTABLE.test(text);
}

/**
 * Replaces what is not seen, or acts, by its number. So do letters of other scripts in a word that looks like a host, an address or a Latin
 * word: `ghcr.\u0456o` is not `ghcr.io`. Text in other languages is left alone.
 */
export function escaped(text: string): string {
  const visible = text.replace(EVERY_UNPRINTABLE, escapedCharacter);
  if (!NON_ASCII_TEST.test(visible)) return visible;
  return visible
    .replace(FLOOD_OF_MARKS, (marks) => Array.from(marks, escapedCharacter).join(''))
    .replace(WORD, (word) => (mayDeceive(word) ? word.replace(NON_ASCII, escapedCharacter) : word));
}

const NON_ASCII_TEST = new RegExp(NON_ASCII.source, 'u');

const mayDeceive = (word: string): boolean =>
  NON_ASCII_TEST.test(word) && (ADDRESS_LIKE.test(word) || LATIN_AND_LOOK_ALIKES.test(word) || COMPATIBILITY_FORM.test(word));
