import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('MODEL_SUPPLY_CHAIN_TRUST_POLICY', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  const named = writeStrength(root, 'lax');

  attempt('the variable is empty, because the one that it was taken from was not set', {
    attacker: 'can remove a variable of the pipeline',
    control: () => previewOfStrangeImage({ cli: root, host: root, variable: named }),
    attack: () => previewOfStrangeImage({ cli: root, host: root, variable: '' }),
    expected: { outcome: 'undetermined', code: 'pack-setting-invalid' },
  });
});
