import type { Finding, FindingCode } from '../../../verification/finding';
import type { Result } from '../../../verification/result';

/** The value of a result that must be a success; fails the test with the finding otherwise. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected a success, got ${JSON.stringify(result.finding)}`);
  return result.value;
}

/** The finding of a result that must fail with this code. */
export function findingOf<C extends FindingCode>(result: Result<unknown>, code: C): Extract<Finding, { code: C }> {
  if (result.ok) throw new Error(`expected ${code}, got a success`);
  if (result.finding.code !== code) throw new Error(`expected ${code}, got ${JSON.stringify(result.finding)}`);
  return result.finding as Extract<Finding, { code: C }>;
}
