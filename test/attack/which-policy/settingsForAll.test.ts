import { attempt } from '../../support/attack/attempt';
import { configured } from '../../support/engine/configured';

attempt('settings are given to all policies, where the engine drops them', {
  attacker: 'changes the configuration of the pack, or waits for a mistake in it',
  control: () => configured({ all: {} }),
  attack: () => configured({ all: { trustPolicy: 'strict.yaml' } }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});
