import { rmSync } from 'node:fs';
import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('another spelling of the name', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  const run = { pwd: root, cli: root, host: root };
  writeStrength(world.at('work'), 'lax');

  attempt('the strict file of the project is renamed to trust-policy.yml, and a lax one is above it', {
    attacker: 'opens a pull request with a change that looks like none',
    control: () => {
      const file = writeStrength(root, 'lax');
      return previewOfStrangeImage(run).finally(() => rmSync(file));
    },
    attack: () => {
      writeStrength(root, 'strict', 'trust-policy.yml');
      return previewOfStrangeImage(run);
    },
    expected: { outcome: 'undetermined', code: 'trust-policy-ambiguous' },
  });
});
