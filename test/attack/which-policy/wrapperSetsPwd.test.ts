import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('PWD', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  const lax = world.folder('elsewhere');
  writeStrength(lax, 'lax');

  attempt('PWD of a wrapper, or of -C, leads to a lax file', {
    attacker: 'chooses where the run is called',
    control: () => {
      writeStrength(root, 'lax');
      return previewOfStrangeImage({ pwd: lax, cli: root, host: root });
    },
    attack: () => {
      writeStrength(root, 'strict');
      return previewOfStrangeImage({ pwd: lax, cli: root, host: root });
    },
    expected: { outcome: 'rejected', code: 'image-not-covered' },
  });
});
