/**
 * The value of a JSON text, built token by token. For texts with names that are written with escapes: V8 (seen in Node 24.21) takes such a name
 * for another one that it met in an earlier document, `"\u0064igest"` for a name that begins with a backslash. An attacker who writes both
 * documents chooses what we read, and Go reads what is there. Strings by themselves are read correctly.
 *
 * @param text that `JSON.parse` accepts, and nested no deeper than a program may recurse
 */
export function buildJson(text: string): unknown {
  return new Builder(text).value();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** Ends a number or a word. */
const AFTER_WORD = /[\s,\]}]/g;

class Builder {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    switch (this.#next()) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    this.#at += 1;
    while (this.#next() !== '}') {
      const name = this.#string();
      this.#next();
      this.#at += 1;
      // An own property whatever its name is, as `JSON.parse` makes it; `__proto__` would be none by assignment.
      Object.defineProperty(object, name, { value: this.value(), writable: true, enumerable: true, configurable: true });
      if (this.#next() === ',') this.#at += 1;
    }
    this.#at += 1;
    return object;
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#next() !== ']') {
      items.push(this.value());
      if (this.#next() === ',') this.#at += 1;
    }
    this.#at += 1;
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (this.#text.charCodeAt(end) !== QUOTE) end += this.#text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    this.#at = end + 1;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  /** A number, `true`, `false` or `null`. */
  #word(): unknown {
    AFTER_WORD.lastIndex = this.#at;
    const end = AFTER_WORD.exec(this.#text)?.index ?? this.#text.length;
    const word = this.#text.slice(this.#at, end);
    this.#at = end;
    return JSON.parse(word) as unknown;
  }

  /** The next character that is no blank. */
  #next(): string {
    // Space, tab and ends of lines; text that was parsed has no other blanks.
    while (this.#text.charCodeAt(this.#at) <= SPACE) this.#at += 1;
    return this.#text.charAt(this.#at);
  }
}
