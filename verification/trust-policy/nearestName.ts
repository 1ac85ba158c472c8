import { editDistance } from './editDistance';

/** Words of policy-controller and Kyverno for what has another name here; no edit distance finds them. */
const FOREIGN_WORDS: Readonly<Record<string, string>> = {
  glob: 'images',
  globs: 'images',
  attestors: 'authorities',
  issuerRegExp: 'issuer',
};

/** The end of a message about an unknown key: the name that was meant, or those that there are. */
export function suggestion(key: string, known: readonly string[]): string {
  const foreign = Object.hasOwn(FOREIGN_WORDS, key) ? FOREIGN_WORDS[key] : undefined;
  if (foreign !== undefined && known.includes(foreign)) return `: did you mean "${foreign}"?`;
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  if (best !== undefined && best.distance <= Math.max(2, best.candidate.length / 3)) return `: did you mean "${best.candidate}"?`;
  const part = known.find((candidate) => isPart(key.toLowerCase(), candidate.toLowerCase()));
  if (part !== undefined) return `: did you mean "${part}"?`;
  return known.length === 0 ? '' : `: expected one of ${known.join(', ')}`;
}

/** `trustPolicyFile`, `verified-image`: a word more or less, of which the distance is too large. */
const isPart = (one: string, other: string): boolean =>
  (one.length >= MIN_PART && other.includes(one)) || (other.length >= MIN_PART && one.includes(other));

const MIN_PART = 6;
