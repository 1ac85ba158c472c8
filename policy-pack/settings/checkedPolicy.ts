import type { PolicyConfigSchema, ResourceValidationPolicy } from '@pulumi/policy';
import { report } from '../violations';
import { settingsInWords } from './settingsInWords';
import { settingProblems } from './settingProblems';

/** The schema of a policy without settings: any setting is a mistake. */
export const NO_SETTINGS: PolicyConfigSchema = { properties: {} };

/**
 * A policy that refuses settings that it does not have. In the pack the configuration is checked as a whole before any resource comes
 * (`checkConfiguration`); this holds wherever else the policy runs. Whatever its level, a policy whose settings are wrong blocks. A stack has one
 * resource at least, itself, so the part about the stack need not ask again.
 */
export function checkedPolicy<Policy extends ResourceValidationPolicy>(policy: Policy): Policy {
  const { validateResource } = policy;
  if (typeof validateResource !== 'function') throw new Error(`${policy.name} has no function about resources`);
  return {
    ...policy,
    async validateResource(args, reportViolation) {
      const problems = settingProblems(policy, args.getConfig<Record<string, unknown>>());
      if (problems.length > 0) report({ message: settingsInWords(problems), level: 'mandatory' }, reportViolation, policy.description);
      else await validateResource(args, reportViolation);
    },
  };
}
