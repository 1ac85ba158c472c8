import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('a program outside of its project', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const program = world.folder('program');
  const root = world.project('work/infra', { main: program });
  const run = { pwd: root, cli: root, host: program };

  attempt('main leads to a directory with a lax file of its own', {
    attacker: 'changes "main" of the project file',
    control: () => {
      for (const directory of [root, program]) writeStrength(directory, 'lax');
      return previewOfStrangeImage(run);
    },
    attack: () => {
      writeStrength(root, 'strict');
      return previewOfStrangeImage(run);
    },
    expected: { outcome: 'undetermined', code: 'trust-policy-ambiguous' },
  });
});
