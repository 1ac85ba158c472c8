import type { ResourceValidationPolicy } from '@pulumi/policy';
import { policyPage } from '../policyPage';
import { ResourceImages } from '../resourceImages';
import { checkedPolicy, NO_SETTINGS } from '../settings/checkedPolicy';
import type { Verification } from '../verification';

const NAME = 'disallow-unknown-image';

/**
 * Tells about images that nobody can know at preview, because another resource will compute them. The policy SDK would turn such a value
 * into an advisory "can't run policy" that reads like noise; here it is an obligation with a level of its own. Advisory by default: the first
 * deployment of a stack that builds its own image must be possible, and `up` verifies it before the resource is created.
 */
export function disallowUnknownImage(verification: Verification): ResourceValidationPolicy {
  const images = new ResourceImages();
  return checkedPolicy({
    name: NAME,
    displayName: 'Disallow images that are unknown at preview',
    description: 'Images and models should be known at preview, so that the preview can verify them.',
    enforcementLevel: 'advisory',
    severity: 'medium',
    tags: ['supply-chain', 'preview'],
    remediationSteps: 'Build and sign the image in CI, and pass its digest to the stack as configuration.',
    url: policyPage(NAME),
    configSchema: NO_SETTINGS,

    async validateResource(args, reportViolation) {
      for (const { path, what, value } of images.of(args)) {
        if (value.kind !== 'unknown') continue;
        reportViolation(await verification.format({ code: 'image-unknown', what: value.unknownPath }, `${path} (${what})`));
      }
    },
  });
}
