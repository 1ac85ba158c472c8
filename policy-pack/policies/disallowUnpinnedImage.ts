import type { ResourceValidationPolicy } from '@pulumi/policy';
import type { Finding } from '../../verification';
import { policyPage } from '../policyPage';
import { ResourceImages } from '../resourceImages';
import { projectOf } from '../verification';
import type { Verification } from '../verification';
import { checkedPolicy, NO_SETTINGS } from '../settings/checkedPolicy';
import { report } from '../violations';

const NAME = 'disallow-unpinned-image';
const DESCRIPTION = 'Images and models must be referenced by digest.';

/**
 * Blocks tags. A verdict is about a digest; a tag may point to another one when the node pulls it. Images that no policy covers are only
 * warned about, since nothing was verified that could be undone.
 */
export function disallowUnpinnedImage(verification: Verification): ResourceValidationPolicy {
  const images = new ResourceImages();
  return checkedPolicy({
    name: NAME,
    displayName: 'Disallow images without a digest',
    description: DESCRIPTION,
    enforcementLevel: 'mandatory',
    severity: 'high',
    tags: ['supply-chain', 'digest'],
    remediationSteps: 'Replace the tag by the digest that it points to: crane digest IMAGE prints it.',
    url: policyPage(NAME),
    configSchema: NO_SETTINGS,

    async validateResource(args, reportViolation) {
      for (const { path, what, value } of images.of(args)) {
        if (value.kind !== 'known') continue;
        const core = await verification.core();
        const parsed = core.parseReference(value.reference);
        if (!parsed.ok || parsed.value.digest !== undefined) continue; // a malformed reference is require-verified-image's to tell
        const verifier = await verification.current(projectOf(args.urn));
        const covered = !verifier.ok || verifier.value.covers(parsed.value);
        const finding: Finding = { code: 'image-unpinned', reference: value.reference };
        const message = core.formatFinding(finding, `${path} (${what})`);
        report({ message, ...(!covered && { level: 'advisory' }) }, reportViolation, DESCRIPTION);
      }
    },
  });
}
