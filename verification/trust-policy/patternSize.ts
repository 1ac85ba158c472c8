import { patternShape } from './patternShape';
import type { PatternNode, PatternSequence } from './patternShape';

/**
 * About how many steps the program of a pattern has, without compiling it: `(?:\pL{1000}){2}` is written in a moment and takes seconds to compile.
 */
export function patternSize(source: string): number {
  return sum(patternShape(source).map(sequenceSize));
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const sequenceSize = (sequence: PatternSequence): number => sum(sequence.map(nodeSize));

function nodeSize(node: PatternNode): number {
  if (node.kind === 'group') return sum(node.alternatives.map(sequenceSize));
  if (node.kind !== 'repeat') return 1;
  return Math.max(1, node.max === Infinity ? node.min : node.max) * nodeSize(node.node);
}
