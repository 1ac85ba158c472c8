import type { ReportViolation } from '@pulumi/policy';

/** A violation before it is reported. */
export interface Violation {
  readonly message: string;
  /** `advisory` does not block, `mandatory` does, whatever the level of the policy; absent: the level of the policy. */
  readonly level?: 'advisory' | 'mandatory';
}

/**
 * Reports a violation, at another level where asked. The object form is accepted by @pulumi/policy at run time but missing from its types;
 * a test of the process holds it.
 *
 * @param urn resource to attribute it to; needed from a stack policy only
 */
export function report(violation: Violation, reportViolation: ReportViolation, description: string, urn?: string): void {
  if (violation.level === undefined) {
    reportViolation(violation.message, urn);
    return;
  }
  const leveled = { message: `${description}\n${violation.message}`, enforcementLevel: violation.level, ...(urn !== undefined && { urn }) };
  (reportViolation as unknown as (violation: typeof leveled) => void)(leveled);
}
