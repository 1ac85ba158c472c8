import { anchoredPattern } from './linearPattern';
import { patternShape } from './patternShape';
import type { PatternNode, PatternSequence } from './patternShape';

/** A pattern with one choice made at every alternative: what is fixed in it, and where it has holes. */
export type PatternVariant = readonly PatternPart[];

export type PatternPart =
  | { readonly kind: 'literal'; readonly character: string }
  /** A bare `.`: any character, though a dot may have been meant. */
  | { readonly kind: 'dot' }
  | { readonly kind: 'one'; readonly source: string }
  | { readonly kind: 'hole'; readonly source: string; readonly min: number; readonly max: number };

/** A pattern of hundreds of alternatives is linted by its first ones. */
const MAX_VARIANTS = 32;
/** `[0-9]{4}` is spelt out, `.{100}` is a hole. */
const MAX_SPELT = 8;

export function patternVariants(source: string): readonly PatternVariant[] {
  return expandAll(patternShape(source));
}

const expandAll = (alternatives: readonly PatternSequence[]): readonly PatternVariant[] =>
  alternatives.flatMap(expandSequence).slice(0, MAX_VARIANTS);

function expandSequence(sequence: PatternSequence): readonly PatternVariant[] {
  let variants: readonly PatternVariant[] = [[]];
  for (const node of sequence) {
    const next = expandNode(node);
    variants = variants.flatMap((before) => next.map((after) => [...before, ...after])).slice(0, MAX_VARIANTS);
  }
  return variants;
}

function expandNode(node: PatternNode): readonly PatternVariant[] {
  switch (node.kind) {
    case 'literal':
      return [[{ kind: 'literal', character: node.character }]];
    case 'one':
      return [[node.source === '.' ? { kind: 'dot' } : { kind: 'one', source: node.source }]];
    case 'assertion':
      return [[]];
    case 'group':
      return expandAll(node.alternatives);
    case 'repeat': {
      const { node: inner, min, max } = node;
      if (max > 1 && (max > MAX_SPELT || min !== max)) return [[{ kind: 'hole', source: inner.source, min, max }]];
      const once = expandNode(inner);
      if (max <= 1) return min === 1 ? once : [...once, []];
      return [Array.from({ length: min }, () => once[0] ?? []).flat()];
    }
  }
}

/** Whether a hole can hold a text. */
export function holds(hole: Extract<PatternPart, { kind: 'hole' }>, text: string): boolean {
  const { source, min, max } = hole;
  try {
    return anchoredPattern(`(?:${source}){${min},${max === Infinity ? '' : max}}`).test(text);
  } catch {
    return false; // a count that RE2 takes for this part, and not for the whole of it
  }
}

const CHARACTERS = Array.from('mx1a-_.A/@');

/**
 * Spells out a variant.
 *
 * @param fillers one text for each hole, in order
 * @param strangeDot number of the bare `.` that becomes an `x` instead of a dot
 */
export function spellOut(variant: PatternVariant, fillers: readonly string[], strangeDot = -1): string {
  let holes = 0;
  let dots = 0;
  return variant
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return part.character;
        case 'dot':
          return dots++ === strangeDot ? 'x' : '.';
        case 'one':
          return CHARACTERS.find((character) => anchoredPattern(part.source).test(character)) ?? '';
        case 'hole':
          return fillers[holes++] ?? '';
      }
    })
    .join('');
}

/** The fixed text at the beginning and at the end, a bare `.` read as the dot that was probably meant. */
export function fixedEnds(variant: PatternVariant): { readonly prefix: string; readonly suffix: string } {
  const text = (parts: PatternVariant): string => {
    const end = parts.findIndex((part) => part.kind === 'one' || part.kind === 'hole');
    return spellOut(end === -1 ? parts : parts.slice(0, end), []);
  };
  return {
    prefix: text(variant),
    suffix: Array.from(text([...variant].reverse()))
      .reverse()
      .join(''),
  };
}
