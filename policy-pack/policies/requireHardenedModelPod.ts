import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { POD_SECURITY_VERSIONS } from '../../hardening/pod-security/types';
import type { PodSecurityLevel, PodSecurityVersion } from '../../hardening';
import type { HardeningLayer } from '../hardening';
import { policyPage } from '../policyPage';
import { mayHavePods, resourcePods } from '../resourcePods';
import { surroundingViolations } from '../surroundings';
import { checkedPolicy } from '../settings/checkedPolicy';
import { report } from '../violations';
import { podInWords, podViolations, UNKNOWN_OPTION } from './podViolations';

const NAME = 'require-hardened-model-pod';
const DESCRIPTION = 'Pods that serve models must be hardened.';

interface Config {
  readonly podSecurity?: PodSecurityLevel;
  readonly podSecurityVersion?: PodSecurityVersion;
  readonly pods?: 'model' | 'all';
  readonly unknown?: 'advisory' | 'mandatory';
}

/**
 * Blocks pods that Pod Security Admission would refuse, and pods that serve models without the controls that the standard leaves out. The
 * preview says so, before a Deployment exists whose pods never start.
 *
 * @param load Loads the layer that judges, when the first resource that may have pods comes along.
 */
export function requireHardenedModelPod(load: () => Promise<HardeningLayer>): ResourceValidationPolicy & StackValidationPolicy {
  return checkedPolicy({
    name: NAME,
    displayName: 'Require hardened pods for models',
    description: DESCRIPTION,
    enforcementLevel: 'mandatory',
    severity: 'high',
    tags: ['supply-chain', 'kubernetes', 'pod-security'],
    remediationSteps: 'Serve the model with ModelServing, which does all of this, or change the fields that the violation names.',
    url: policyPage(NAME),
    configSchema: {
      properties: {
        podSecurity: {
          enum: ['restricted', 'baseline'],
          default: 'restricted',
          description: 'Level of the Pod Security Standards. It is that of the namespace, if you enforce one there.',
        },
        podSecurityVersion: {
          enum: [...POD_SECURITY_VERSIONS],
          default: '1.36',
          description: 'Version of the Pod Security Standards.',
        },
        pods: {
          enum: ['model', 'all'],
          default: 'model',
          description:
            'Which pods: those with an accelerator, a model or a known model server; or the Pod Security Standards for all others too.',
        },
        unknown: UNKNOWN_OPTION,
      },
    },

    async validateResource(args, reportViolation) {
      if (!mayHavePods(args.type)) return;
      const config = args.getConfig<Config>();
      const hardening = await load();
      for (const resource of resourcePods(args.type, args.props, hardening)) {
        const isModel = hardening.isModelPod(resource.pod);
        if (!isModel && config.pods !== 'all') continue;
        const shortcomings = [
          ...hardening.assessPodSecurity(resource, config.podSecurity ?? 'restricted', config.podSecurityVersion ?? '1.36'),
          ...(isModel ? hardening.assessControls(resource) : []),
        ];
        const options = { pod: podInWords(resource.path), unknown: config.unknown ?? 'advisory' };
        for (const violation of podViolations(shortcomings, hardening, options)) report(violation, reportViolation, DESCRIPTION);
      }
    },

    // Only the whole stack shows whether something stands around a pod.
    async validateStack(args, reportViolation) {
      if (!args.resources.some(({ type }) => mayHavePods(type))) return;
      for (const { urn, violation } of surroundingViolations(args.resources, await load()))
        report(violation, reportViolation, DESCRIPTION, urn);
    },
  });
}
