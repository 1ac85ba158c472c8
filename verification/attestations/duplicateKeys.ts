/**
 * Whether any object in a JSON text names a key twice. Parsers disagree about such a text (`JSON.parse` takes the last value, others the
 * first), so the signer and we may read different subjects from the same signed bytes. https://www.rfc-editor.org/rfc/rfc7493#section-2.3
 *
 * @param json text that `JSON.parse` accepts; anything else gives a meaningless answer
 */
export function hasDuplicateKeys(json: string): boolean {
  /** Keys of every open object, innermost last; `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  let lastString = '';
  for (let at = 0; at < json.length; at++) {
    switch (json.charAt(at)) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(json, at);
        lastString = json.slice(at, end + 1);
        at = end;
        break;
      }
      // Outside of strings, a colon stands only behind a key.
      case ':': {
        const keys = open.at(-1);
        // `"\u0061"` and `"a"` are the same key.
        const key = lastString.includes('\\') ? (JSON.parse(lastString) as string) : lastString.slice(1, -1);
        if (keys?.has(key) === true) return true;
        keys?.add(key);
        break;
      }
      default:
        break;
    }
  }
  return false;
}

/** Index of the quote that closes the string which starts at `start`. */
function endOfString(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
  return end;
}
