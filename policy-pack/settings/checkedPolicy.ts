import type {
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from '@pulumi/policy';
import { report } from '../violations';
import { settingsInWords } from './settingsInWords';
import { settingProblems } from './settingProblems';

/** The schema of a policy without settings: any setting is a mistake. */
export const NO_SETTINGS: PolicyConfigSchema = { properties: {} };

/** A policy of ours: one function about resources, perhaps one about the stack. */
type OurPolicy = ResourceValidationPolicy & Partial<StackValidationPolicy>;

/**
 * A policy that refuses settings that it does not have. In the pack the configuration is checked as a whole before any resource comes
 * (`checkConfiguration`); this holds wherever else the policy runs. Whatever its level, a policy whose settings are wrong blocks.
 */
export function checkedPolicy<Policy extends OurPolicy>(policy: Policy): Policy {
  const { validateResource, validateStack } = policy;
  if (typeof validateResource !== 'function') throw new Error(`${policy.name} has no function about resources`);
  const problemsOf = (args: ResourceValidationArgs | StackValidationArgs) =>
    settingProblems(policy, args.getConfig<Record<string, unknown>>());
  return {
    ...policy,
    async validateResource(args, reportViolation) {
      const problems = problemsOf(args);
      if (problems.length > 0) report({ message: settingsInWords(problems), level: 'mandatory' }, reportViolation, policy.description);
      else await validateResource(args, reportViolation);
    },
    ...(validateStack && {
      async validateStack(args, reportViolation) {
        // Told about the resources already; a stack has one at least, itself.
        if (problemsOf(args).length === 0) await validateStack(args, reportViolation);
      },
    }),
  };
}
