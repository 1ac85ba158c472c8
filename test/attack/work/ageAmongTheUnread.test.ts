import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

const fresh = { freshness: { maxSignatureAge: '10d' } };

attempt('pushes so much that the bundle which shows the age of a signature may be among the unread', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed(), fresh),
  attack: async () => {
    const image = await images.signed();
    const foreign = JSON.stringify(await images.foreign(image));
    const copies = Array.from({ length: 101 }, (_, copy) => Buffer.from(foreign + ' '.repeat(copy)));
    return images.judge(await images.attachLayers(image, copies), fresh);
  },
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
