import { countSigners, signersOf } from '../distinctSigners';
import type { Finding } from '../finding';
import type { ImagePolicy } from '../trust-policy/types';
import { ageing } from './ageing';
import type { PolicyEvidence } from '../verdict';

/** The signatures that are fresh enough, the newest first; why others no longer count; and which of them will soon no longer count. */
export interface FreshnessResult {
  readonly evidence: readonly PolicyEvidence[];
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Are enough signatures young enough? Age is measured from the trusted time (log or timestamp authority) to policy time; a signature without
 * trusted time may be of any age, so it does not count. A policy without `freshness` takes every signature.
 *
 * @param evidence the newest signature of each signer that satisfied the policy
 * @param now policy time
 * @returns findings `signature-too-old` and `signature-untimed`, only when too few signatures are left; warning `signature-ageing` from 70 %
 *   of the age on
 */
export function checkFreshness(policy: ImagePolicy, evidence: readonly PolicyEvidence[], reference: string, now: Date): FreshnessResult {
  const { freshness } = policy;
  if (freshness === undefined) return { evidence, findings: [], warnings: [] };
  const { maxSignatureAge } = freshness;
  const place = { reference, policy: policy.name };

  const fresh: { readonly item: PolicyEvidence; readonly warnings: readonly Finding[] }[] = [];
  const findings: Finding[] = [];
  for (const item of [...evidence].sort(newestFirst)) {
    const { signer, signedAt } = item;
    if (signedAt === undefined) {
      findings.push({ code: 'signature-untimed', ...place, signer, neededFor: 'freshness' });
      continue;
    }
    const age = { ...place, signer, signedAt, ageMilliseconds: now.getTime() - Date.parse(signedAt), maxAge: maxSignatureAge.text };
    // Not `>`: a time that cannot be read gives NaN, and must not pass.
    if (!(age.ageMilliseconds <= maxSignatureAge.milliseconds)) findings.push({ code: 'signature-too-old', ...age });
    else fresh.push({ item, warnings: ageing(new Date(signedAt), maxSignatureAge, now) ? [{ code: 'signature-ageing', ...age }] : [] });
  }
  // Warnings only about as many as are needed, the newest: an old one beside a new one is no reason to worry.
  const items = fresh.map(({ item }) => item);
  const isEnough = (count: number): boolean => countSigners(signersOf(policy, items.slice(0, count))) >= policy.signatureThreshold;
  const needed = [0, ...fresh.keys()].find(isEnough) ?? fresh.length;
  const counted = fresh.slice(0, needed);
  return {
    evidence: items,
    findings: isEnough(needed) ? [] : findings,
    warnings: counted.flatMap(({ warnings }) => warnings),
  };
}

const newestFirst = (a: PolicyEvidence, b: PolicyEvidence): number => (b.signedAt ?? '').localeCompare(a.signedAt ?? '');
