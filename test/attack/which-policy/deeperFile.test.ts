import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('a deeper file', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  const run = { pwd: root, cli: root, host: root };

  attempt('a lax file is added below the reviewed one', {
    attacker: 'opens a pull request',
    control: () => {
      writeStrength(world.at('work'), 'lax');
      return previewOfStrangeImage(run);
    },
    attack: () => {
      writeStrength(world.at('work'), 'strict');
      writeStrength(root, 'lax');
      return previewOfStrangeImage(run);
    },
    // It decides, since projects of one repository may differ; the reviewer reads that it does, and over which file.
    expected: { outcome: 'advised', code: 'trust-policy-unused' },
  });
});
