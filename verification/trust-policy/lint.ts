import type { LintFinding } from '../findings/policyLint';
import { endOf } from './exceptions';
import { coveredRepository, strangersRepository, uncoveredRepository } from './lintImages';
import { lintSubject } from './lintSubject';
import type { ImagePolicy, TrustPolicy } from './types';

/** How far ahead an exception may end: whoever decided should decide again within a year. */
const MAX_EXCEPTION_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Words in the name of a policy that promise the strictest rules. */
const PRODUCTION = /(^|[^a-z])(prod|production|live)([^a-z]|$)/i;

/**
 * Weak spots of a valid trust policy: what it lets in that was probably not meant. Each finding names the field and something concrete that is
 * accepted there. Pure, and never part of a verdict.
 *
 * @param now policy time, for the ends of exceptions
 * @example lintTrustPolicy(policy).map((finding) => formatFinding(finding))
 */
export function lintTrustPolicy(policy: TrustPolicy, now: Date = new Date()): readonly LintFinding[] {
  return [
    ...unmatched(policy),
    ...policy.policies.flatMap((item, index) => lintPolicy(item, `policies[${index}]`)),
    ...longExceptions(policy, now),
  ];
}

function unmatched(policy: TrustPolicy): readonly LintFinding[] {
  const accepts = policy.unmatchedImages === 'allow' ? uncoveredRepository(policy) : undefined;
  return accepts === undefined ? [] : [{ code: 'policy-unmatched-allowed', path: 'unmatchedImages', accepts }];
}

function lintPolicy(policy: ImagePolicy, path: string): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const about = { policy: policy.name, accepts: coveredRepository(policy) };
  if (policy.mode === 'warn') findings.push({ code: 'policy-warn-only', path: `${path}.mode`, ...about });
  if (policy.signatureThreshold === 0) findings.push({ code: 'policy-without-signature', path: `${path}.signatures.threshold`, ...about });
  if (policy.mode === 'enforce' && policy.attestations.length === 0 && PRODUCTION.test(policy.name)) {
    findings.push({ code: 'policy-without-attestations', path, ...about });
  }
  const rules = (['freshness', 'rollback'] as const).filter((rule) => policy[rule] !== undefined);
  const key = policy.authorities.findIndex(({ kind }) => kind === 'key');
  if (rules.length > 0 && key !== -1)
    findings.push({ code: 'policy-age-of-key', path: `${path}.authorities[${key}].key`, rules, ...about });
  for (const [index, glob] of policy.images.entries()) {
    const accepts = strangersRepository(glob);
    if (accepts !== undefined) findings.push({ code: 'policy-images-wide', path: `${path}.images[${index}]`, glob, accepts });
  }
  for (const [index, authority] of policy.authorities.entries()) {
    if (authority.kind !== 'keyless') continue;
    for (const [position, identity] of authority.identities.entries()) {
      findings.push(...lintSubject(identity, `${path}.authorities[${index}].keyless.identities[${position}]`));
    }
  }
  return findings;
}

function longExceptions({ exceptions = [] }: TrustPolicy, now: Date): readonly LintFinding[] {
  return exceptions.flatMap((exception, index): readonly LintFinding[] => {
    const { name, expires, digest } = exception;
    if (endOf(exception).getTime() - now.getTime() <= MAX_EXCEPTION_DAYS * DAY_MS) return [];
    const accepts = `${coveredRepository(exception)}@${digest}`;
    return [{ code: 'policy-exception-long', path: `exceptions[${index}].expires`, exception: name, expires, accepts }];
  });
}
