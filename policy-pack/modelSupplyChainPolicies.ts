import type { Policies } from '@pulumi/policy';
import { disallowDangerousServerOptions } from './policies/disallowDangerousServerOptions';
import { disallowUnknownImage } from './policies/disallowUnknownImage';
import { disallowUnpinnedImage } from './policies/disallowUnpinnedImage';
import { requireHardenedModelPod } from './policies/requireHardenedModelPod';
import { requireVerifiedImage, VERIFIED_IMAGE } from './policies/requireVerifiedImage';
import { observeEngine } from './engineOperation';
import { hardeningLayer } from './hardening';
import { checkConfiguration } from './settings/checkConfiguration';
import { Verification } from './verification';
import type { VerificationConfig } from './verification';

/**
 * The policies of this pack, for people who keep a pack of their own. Call it before `new PolicyPack(...)`.
 *
 * @example
 * new PolicyPack('acme', { policies: [...modelSupplyChainPolicies(), ...ours] });
 */
export function modelSupplyChainPolicies(): Policies {
  const engine = observeEngine();
  const configuration = checkConfiguration(() => policies);
  const configured = () => configuration.settingsOf(VERIFIED_IMAGE) as VerificationConfig;
  const verification = new Verification({ engine, configured });
  const policies: Policies = [
    requireVerifiedImage(engine, verification),
    disallowUnpinnedImage(verification),
    disallowUnknownImage(verification),
    requireHardenedModelPod(hardeningLayer),
    disallowDangerousServerOptions(hardeningLayer),
  ];
  return policies;
}
