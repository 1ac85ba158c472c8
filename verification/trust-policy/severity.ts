/** Severities in ascending order, as policies and CVSS name them: https://www.first.org/cvss/v3-1/specification-document#5-Qualitative-Severity-Rating-Scale */
export const SEVERITIES = ['none', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/**
 * What a vulnerability without a severity counts as. Low would let everything through that nobody has rated yet, which is what the newest
 * vulnerabilities are; critical would block nearly every distribution image.
 */
export const UNKNOWN_COUNTS_AS: Severity = 'medium';

/** Position in the order; higher is worse. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Words of the scanners; `negligible` (Debian, grype) and `info` are below what policies distinguish. */
const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['none', 'none'],
  ['info', 'low'],
  ['informational', 'low'],
  ['negligible', 'low'],
  ['low', 'low'],
  ['minor', 'low'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['high', 'high'],
  ['important', 'high'],
  ['major', 'high'],
  ['critical', 'critical'],
]);

/** A severity in words; `undefined` for words that nobody knows. */
export const severityOfWord = (word: unknown): Severity | undefined =>
  typeof word === 'string' && word.length < 32 ? WORDS.get(word.trim().toLowerCase()) : undefined;

/** A CVSS base score, 0 to 10, as number or decimal text; `undefined` for NaN, negative ones, vectors and whatever else. */
export function severityOfScore(score: unknown): Severity | undefined {
  const value = typeof score === 'string' && /^\d{1,2}(?:\.\d{1,3})?$/.test(score) ? Number(score) : score;
  if (typeof value !== 'number' || !(value >= 0 && value <= 10)) return undefined;
  if (value === 0) return 'none';
  if (value < 4) return 'low';
  if (value < 7) return 'medium';
  return value < 9 ? 'high' : 'critical';
}

/** The worst of several ratings; `undefined` when none of them is one. */
export function worstSeverity(ratings: Iterable<Severity | undefined>): Severity | undefined {
  let worst: Severity | undefined;
  for (const rating of ratings) {
    if (rating !== undefined && (worst === undefined || severityRank(rating) > severityRank(worst))) worst = rating;
  }
  return worst;
}
