import type { Pod } from '../pod/pod';
import { POD_SECURITY_CHECKS } from './checks';
import { isAtLeast } from './types';
import type { PodSecurityCheck, PodSecurityFinding, PodSecurityLevel, PodSecurityVersion } from './types';

/**
 * What Pod Security Admission would say about a pod: the same checks, with the same ids, as
 * https://github.com/kubernetes/pod-security-admission does them; a test compares the two.
 *
 * @param pod The pod, or the template of one.
 * @param level `restricted` includes `baseline`.
 * @param version Version of the standard.
 * @returns One finding for each field that is forbidden, or that is not known yet and decides; empty when the pod is admitted.
 *
 * @example
 * podSecurityFindings(podOf(deployment.spec.template, 'spec.template'), 'restricted', '1.36')
 * // [{ checkId: 'runAsNonRoot', outcome: 'violation', path: 'spec.template.spec.containers[0].securityContext.runAsNonRoot', … }]
 */
export function podSecurityFindings(pod: Pod, level: PodSecurityLevel, version: PodSecurityVersion): readonly PodSecurityFinding[] {
  return checksOf(level, version).flatMap((check) =>
    check.look(pod, version).map((observation) => ({
      ...observation,
      checkId: check.id,
      level: check.level,
      reason: check.reason,
      fix: check.fix,
    })),
  );
}

function checksOf(level: PodSecurityLevel, version: PodSecurityVersion): readonly PodSecurityCheck[] {
  const applicable = POD_SECURITY_CHECKS.filter(
    (check) => (level === 'restricted' || check.level === 'baseline') && (check.since === undefined || isAtLeast(version, check.since)),
  );
  const overridden = new Set(applicable.map(({ overrides }) => overrides));
  return applicable.filter(({ id }) => !overridden.has(id));
}
