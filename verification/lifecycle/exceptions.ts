import type { PolicyResult } from '../checks/policyCheck';
import type { Finding } from '../finding';
import type { ExceptionTold } from '../findings/lifecycle';
import { endOf, lifts } from '../trust-policy/exceptions';
import type { PolicyException } from '../trust-policy/exceptions';
import { coversRepository } from '../trust-policy/imageMatching';
import type { ImagePolicy } from '../trust-policy/types';
import type { Enforcement } from '../verdict';

/** Days before the end of an exception from which on it is told. */
const EXPIRING_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The result of a policy, and what is done about it. */
export interface SettledPolicy {
  readonly result: PolicyResult;
  readonly enforcement: Enforcement;
}

/** The image that a policy decided about. */
export interface ExceptedImage {
  readonly reference: string;
  /** `registry/repository`, normalised. */
  readonly repository: string;
  readonly digest: string;
}

/**
 * Applies the exceptions of the trust policy to the result of one policy. An image under an exception stays `rejected`, with all its findings:
 * what changes is that it no longer blocks, and that the verdict says so first. Faults are never covered: nobody knows what they hide.
 *
 * @param now policy time
 * @returns the result with `exception-applied` (and `exception-expiring` in the last 14 days) in front and enforcement `warn` when every finding is
 *   covered; with `exception-too-narrow` or `exception-expired` behind its findings, blocking as before, when not
 */
export function applyExceptions(
  policy: ImagePolicy,
  result: PolicyResult,
  image: ExceptedImage,
  exceptions: readonly PolicyException[],
  now: Date,
): SettledPolicy {
  const enforcement: Enforcement = policy.mode === 'enforce' ? 'enforce' : 'warn';
  if (result.holds || result.outcome === 'undetermined') return { result, enforcement };

  const codes = [...new Set(result.findings.map(({ code }) => code))];
  const relevant = exceptions.filter((exception) => isAbout(exception, policy, image) && codes.some((code) => lifts(exception, code)));
  // Not `>=`: a date that cannot be read must not live for ever.
  const active = relevant.filter((exception) => now.getTime() < endOf(exception).getTime());
  const expired = relevant.filter((exception) => !active.includes(exception));
  const tell = (exception: PolicyException): ExceptionTold => ({
    reference: image.reference,
    policy: policy.name,
    exception: exception.name,
    reason: exception.reason,
    owner: exception.owner,
    expires: exception.expires,
  });

  const left = codes.filter((code) => !active.some((exception) => lifts(exception, code)));
  if (active.length > 0 && left.length === 0) {
    const applied = active.map((exception): Finding => {
      return { code: 'exception-applied', ...tell(exception), covered: codes.filter((code) => lifts(exception, code)) };
    });
    const expiring = active.flatMap((exception): readonly Finding[] => {
      const days = Math.floor((endOf(exception).getTime() - now.getTime()) / DAY_MS);
      return days < EXPIRING_DAYS ? [{ code: 'exception-expiring', ...tell(exception), days }] : [];
    });
    return { result: { ...result, findings: [...applied, ...expiring, ...result.findings] }, enforcement: 'warn' };
  }
  const narrow = active.map((exception): Finding => ({ code: 'exception-too-narrow', ...tell(exception), left }));
  const ended = expired.map((exception): Finding => ({ code: 'exception-expired', ...tell(exception) }));
  return { result: { ...result, findings: [...result.findings, ...narrow, ...ended] }, enforcement };
}

function isAbout(exception: PolicyException, policy: ImagePolicy, image: ExceptedImage): boolean {
  return (
    exception.digest === image.digest &&
    (exception.policies?.includes(policy.name) ?? true) &&
    coversRepository(exception, image.repository)
  );
}
