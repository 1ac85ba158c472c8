import { attempt } from '../../support/attack/attempt';
import { configured } from '../../support/engine/configured';

attempt('the only policy that is left enabled is misspelled', {
  attacker: 'changes the configuration of the pack, or waits for a mistake in it',
  control: () => configured({ 'require-verified-image': {} }),
  attack: () => configured({ 'require-verified-images': {} }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});
