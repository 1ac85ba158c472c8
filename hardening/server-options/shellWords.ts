/** Operators of the shell, which end a simple command. */
const OPERATORS = new Set([';', '&', '|', '(', ')', '<', '>', '\n', '`']);

/** Whether text has more than one word to a shell. */
export function isShellText(text: string): boolean {
  return /[\s;&|`]/.test(text);
}

/**
 * Splits text as a POSIX shell does: quotes and backslashes are taken away, so that `--trust-remote-""code` is what the program gets.
 * Operators are words of their own. Expansions are left as they stand.
 */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  const end = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === '\\' && quote === '"' && /["\\$`]/.test(text.charAt(at + 1))) word = (word ?? '') + text.charAt((at += 1));
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      at += 1;
      if (text.charAt(at) !== '\n') word = (word ?? '') + text.charAt(at); // backslash and line end: the line goes on
    } else if (char === '#' && word === undefined) {
      const lineEnd = text.indexOf('\n', at);
      at = lineEnd === -1 ? text.length : lineEnd - 1;
    } else if (OPERATORS.has(char)) {
      end();
      words.push(char);
    } else if (/\s/.test(char)) {
      end();
    } else {
      word = (word ?? '') + char;
    }
  }
  end();
  return words;
}
