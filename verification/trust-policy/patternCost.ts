import { patternShape } from './patternShape';
import type { PatternNode, PatternSequence } from './patternShape';

/** From here on, repetitions multiply to more than anybody waits for. */
const MANY = 8;

/**
 * A part of an expression that can keep the matcher busy for longer than the universe exists: a repetition of something that can itself be cut in
 * several ways, like `(a+)+` or `(a|aa)*`. The subject comes from whoever signs, so he would choose the worst text. Strict rather than
 * exact: an expression without such parts is always quick to write.
 *
 * @returns the part as written, or nothing
 */
export function ambiguousRepetition(source: string): string | undefined {
  return firstIn(patternShape(source));
}

/** Open-ended repetitions that may end in several places, one after the other: each multiplies the work by the length of the subject. */
export const MAX_WILDCARDS = 3;

/** How many repetitions of an expression, at most, may end in several places: `.*` before `/`, but not `[^/]*` before `/`. */
export function wildcards(source: string): number {
  return Math.max(0, ...patternShape(source).map(wildcardsIn));
}

function wildcardsIn(sequence: PatternSequence): number {
  return sequence
    .map((node, index) => {
      const next = sequence[index + 1];
      if (node.kind === 'group') return Math.max(0, ...node.alternatives.map(wildcardsIn));
      if (node.kind !== 'repeat' || node.max <= MANY || next === undefined) return 0;
      return next.kind === 'literal' && node.node.kind !== 'group' && !contains(node.node, next.character) ? 0 : 1;
    })
    .reduce((sum, count) => sum + count, 0);
}

const contains = (node: PatternNode, character: string): boolean => new RegExp(`^(?:${node.source})$`, 'u').test(character);

function firstIn(alternatives: readonly PatternSequence[]): string | undefined {
  for (const node of alternatives.flat()) {
    if (node.kind === 'repeat' && node.max >= MANY && isAmbiguous(node.node)) return node.source;
    const inner = node.kind === 'repeat' ? node.node : node;
    const found = inner.kind === 'group' ? firstIn(inner.alternatives) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a text of several turns can be divided into turns in more than one way, as far as can be told from the shape. */
function isAmbiguous(turn: PatternNode): boolean {
  if (turn.kind !== 'group') return turn.kind === 'assertion' || turn.kind === 'repeat';
  const [only, ...others] = turn.alternatives;
  if (only === undefined) return false;
  if (others.length > 0) {
    // Different first letters decide which alternative it is; inside of one nothing may vary.
    const firsts = turn.alternatives.map(([first]) => (first?.kind === 'literal' ? first.character : undefined));
    return firsts.includes(undefined) || new Set(firsts).size < firsts.length || turn.alternatives.some((item) => item.some(varies));
  }
  const varying = only.filter(varies);
  const [repeat] = varying;
  if (repeat === undefined) return only.length === 0;
  // `(?:[a-z]+\.)*`: one part varies, and a letter that it cannot contain says where the turn begins or ends.
  return varying.length > 1 || !isDelimited(only, repeat);
}

function isDelimited(turn: PatternSequence, repeat: PatternNode): boolean {
  if (repeat.kind !== 'repeat' || repeat.node.kind === 'group') return false;
  const inside = repeat.node;
  return [turn[0], turn.at(-1)].some((end) => end?.kind === 'literal' && !contains(inside, end.character));
}

function varies(node: PatternNode): boolean {
  switch (node.kind) {
    case 'literal':
    case 'one':
      return false;
    case 'assertion':
      return true;
    case 'group':
      return node.alternatives.length > 1 || node.alternatives.flat().some(varies);
    case 'repeat':
      return node.min !== node.max || varies(node.node);
  }
}
