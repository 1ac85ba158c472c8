import { rmSync, writeFileSync } from 'node:fs';
import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('a repository in a repository', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra/prod');
  const run = { pwd: root, cli: root, host: root };
  writeStrength(root, 'lax');

  attempt('the project becomes a submodule with a lax file of its own, below the reviewed one', {
    attacker: 'opens a pull request',
    control: () => previewOfStrangeImage(run),
    attack: () => {
      writeStrength(world.at('work'), 'strict');
      writeFileSync(world.at('work/infra/prod/.git'), 'gitdir: ../../.git/modules/infra/prod\n');
      return previewOfStrangeImage(run);
    },
    expected: { outcome: 'advised', code: 'trust-policy-unused' },
  });

  attempt('a directory above the project becomes one', {
    attacker: 'opens a pull request',
    control: () => {
      rmSync(world.at('work/trust-policy.yaml'), { force: true });
      return previewOfStrangeImage(run);
    },
    attack: () => {
      writeStrength(world.at('work'), 'strict');
      rmSync(world.at('work/infra/prod/.git'), { force: true });
      writeFileSync(world.at('work/infra/.git'), 'gitdir: ../.git/modules/infra\n');
      return previewOfStrangeImage(run);
    },
    expected: { outcome: 'advised', code: 'trust-policy-unused' },
  });
});
