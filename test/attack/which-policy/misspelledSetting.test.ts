import { attempt } from '../../support/attack/attempt';
import { configured } from '../../support/engine/configured';

attempt('a setting is misspelled by one letter', {
  attacker: 'changes the configuration of the pack, or waits for a mistake in it',
  control: () => configured({ 'require-verified-image': { trustPolicy: 'strict.yaml' } }),
  attack: () => configured({ 'require-verified-image': { trustpolicy: 'strict.yaml' } }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});
