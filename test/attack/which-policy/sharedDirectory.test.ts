import { chmodSync } from 'node:fs';
import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('a directory that all may write', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('tmp/project');

  attempt('a trust policy and a repository are put above the project, into the shared temporary directory', {
    attacker: 'has an account on the machine',
    control: () => {
      writeStrength(world.at('work'), 'lax');
      const reviewed = world.project('work/infra');
      return previewOfStrangeImage({ cli: reviewed, host: reviewed });
    },
    attack: () => {
      world.folder('tmp', '.git');
      writeStrength(world.at('tmp'), 'lax');
      chmodSync(world.at('tmp'), 0o1777);
      return previewOfStrangeImage({ cli: root, host: root });
    },
    expected: { outcome: 'undetermined', code: 'trust-policy-missing' },
  });
});
