import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('two copies of a project', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const [dev, prod] = [world.project('work/dev'), world.project('work/prod')];
  writeStrength(dev, 'lax');
  writeStrength(prod, 'strict');

  attempt('a copy of the project with its name has a lax file, and processes that do not fit together lead to it', {
    attacker: 'can put a second copy of the project on the machine',
    control: () => previewOfStrangeImage({ pwd: dev, cli: dev, host: dev }),
    attack: () => previewOfStrangeImage({ pwd: dev, cli: dev, host: prod }),
    expected: { outcome: 'undetermined', code: 'project-directory-unknown' },
  });
});
