import type { TrustPolicyFinding } from '../findings/trust';
import type { TrustPolicyProblem } from '../findings/parts';
import type { Words } from './words';

/** A problem of a file or of a configuration, with its place, as one line. */
export function problemLine({ path, line, column, message }: TrustPolicyProblem): string {
  const position = line === undefined ? '' : `${line}:${column ?? 1}  `;
  return `${position}${path === '' ? '' : `${path}: `}${message}`;
}

/** In a file of its own, without imports that run: the policy pack needs these words before anything else is loaded. */
export const packSettingWords = ({ problems }: Extract<TrustPolicyFinding, { code: 'pack-setting-invalid' }>): Words => ({
  title: `the configuration of the policy pack has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}, so nothing is checked`,
  expected: ['settings and policies that the pack has: a misspelled one would have no effect'],
  found: problems.map(problemLine),
  next: ['correct the file of --policy-pack-config; docs/policies.md lists the settings'],
});
