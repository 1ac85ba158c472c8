import { attempt } from '../../support/attack/attempt';
import { configured } from '../../support/engine/configured';

attempt('a setting is given to a policy that does not have it', {
  attacker: 'changes the configuration of the pack, or waits for a mistake in it',
  control: () => configured({ 'require-hardened-model-pod': { unknown: 'mandatory' } }),
  attack: () => configured({ 'disallow-unknown-image': { unknown: 'mandatory' } }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});
