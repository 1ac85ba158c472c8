/**
 * The shape of a regular expression: just enough of its syntax (RE2) to judge its size, and to make up texts that it may match. What this reader
 * does not know (flags, text between \\Q and \\E) it skips, so a text that is made up is tried against the expression itself.
 */
export type PatternNode =
  | { readonly kind: 'literal'; readonly source: string; readonly character: string }
  /** One character of several: `.`, a class, `\d`. */
  | { readonly kind: 'one'; readonly source: string }
  /** Matches no character, or one that this reader does not know. */
  | { readonly kind: 'assertion'; readonly source: string }
  | { readonly kind: 'group'; readonly source: string; readonly alternatives: readonly PatternSequence[] }
  | { readonly kind: 'repeat'; readonly source: string; readonly node: PatternNode; readonly min: number; readonly max: number };

export type PatternSequence = readonly PatternNode[];

/** The alternatives of an expression at the top level. */
export function patternShape(source: string): readonly PatternSequence[] {
  return new ShapeReader(source).alternatives();
}

class ShapeReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  alternatives(): readonly PatternSequence[] {
    const all: PatternNode[][] = [[]];
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#source[this.#at] === '|') {
        this.#at += 1;
        all.push([]);
      } else all.at(-1)?.push(this.#quantified());
    }
    return all;
  }

  #quantified(): PatternNode {
    const start = this.#at;
    const node = this.#atom();
    const quantifier = this.#take(/[*+?]\??|\{\d+(?:,\d*)?\}\??/y);
    if (quantifier === undefined) return node;
    return { kind: 'repeat', source: this.#source.slice(start, this.#at), node, ...limitsOf(quantifier) };
  }

  #atom(): PatternNode {
    const one = this.#take(/\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\\[dDwWsS]|\\[pP](?:\{[^}]*\}|.)/suy);
    if (one !== undefined) return { kind: 'one', source: one };
    const assertion = this.#take(/[\^$]|\\[bBAzQE]|\(\?[imsU-]+\)/uy);
    if (assertion !== undefined) return { kind: 'assertion', source: assertion };
    // A character by its number or control name; what it is does not matter, since subjects are printable ASCII.
    const coded = this.#take(/\\(?:x\{[^}]*\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[atnvfr])/uy);
    if (coded !== undefined) return { kind: 'one', source: coded };
    if (this.#source[this.#at] === '(') return this.#group();
    const literal = this.#take(/\\?./suy) ?? '';
    return { kind: 'literal', source: literal, character: literal.replace(/^\\(?=.)/su, '') };
  }

  #group(): PatternNode {
    const start = this.#at;
    this.#take(/\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?/y);
    const alternatives = this.alternatives();
    this.#at += 1; // the closing parenthesis
    return { kind: 'group', source: this.#source.slice(start, this.#at), alternatives };
  }

  #take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const [found] = sticky.exec(this.#source) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function limitsOf(quantifier: string): { readonly min: number; readonly max: number } {
  const [, count, comma, upTo] = /^\{(\d+)(,?)(\d*)\}/.exec(quantifier) ?? [];
  if (count !== undefined) return { min: Number(count), max: comma === '' ? Number(count) : upTo ? Number(upTo) : Infinity };
  return { min: quantifier.startsWith('+') ? 1 : 0, max: quantifier.startsWith('?') ? 1 : Infinity };
}
