/**
 * A text as a CEL literal. JSON's escapes are a subset of CEL's, and nothing of the text can end the literal.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values
 */
export const celText = (value: string): string => JSON.stringify(value);

/** A list of texts as a CEL literal. */
export const celTexts = (values: readonly string[]): string => `[${values.map(celText).join(', ')}]`;

/** A text with every character of the RE2 syntax taken literally. */
export const re2Literal = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => (character === '/' || character === '-' ? character : `\\${character}`));
