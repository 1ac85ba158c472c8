import type { ResourceValidationPolicy } from '@pulumi/policy';
import type { HardeningLayer } from '../hardening';
import { policyPage } from '../policyPage';
import { mayHavePods, resourcePods } from '../resourcePods';
import { checkedPolicy } from '../settings/checkedPolicy';
import { report } from '../violations';
import { podInWords, podViolations, UNKNOWN_OPTION } from './podViolations';

const NAME = 'disallow-dangerous-server-options';
const DESCRIPTION = 'Model servers must not be started with options that open holes.';

interface Config {
  readonly unknown?: 'advisory' | 'mandatory';
}

/**
 * Blocks flags and variables that run code from the model or from callers, open endpoints without a password, or download what nobody
 * verified: a signed image and a signed model do not help against them.
 *
 * @param load Loads the layer that judges, when the first resource that may have pods comes along.
 */
export function disallowDangerousServerOptions(load: () => Promise<HardeningLayer>): ResourceValidationPolicy {
  return checkedPolicy({
    name: NAME,
    displayName: 'Disallow dangerous options of model servers',
    description: DESCRIPTION,
    enforcementLevel: 'mandatory',
    severity: 'critical',
    tags: ['supply-chain', 'kubernetes', 'remote-code'],
    remediationSteps: 'Remove the option, or build what it was needed for into the server image.',
    url: policyPage(NAME),
    configSchema: { properties: { unknown: UNKNOWN_OPTION } },

    async validateResource(args, reportViolation) {
      if (!mayHavePods(args.type)) return;
      const { unknown = 'advisory' } = args.getConfig<Config>();
      const hardening = await load();
      for (const resource of resourcePods(args.type, args.props, hardening)) {
        const shortcomings = hardening.assessServerOptions(resource);
        // Credentials, downloads and the like are everywhere; in pods that have nothing to do with models they are not ours to judge.
        if (!hardening.isModelPod(resource.pod) && !shortcomings.some(({ id }) => hardening.isModelServerOption(id))) continue;
        const options = { pod: podInWords(resource.path), unknown };
        for (const violation of podViolations(shortcomings, hardening, options)) report(violation, reportViolation, DESCRIPTION);
      }
    },
  });
}
