import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

attempt('attaches more than a thousand different signatures', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed()),
  attack: async () => {
    const image = images.image();
    const foreign = JSON.stringify(await images.foreign(image));
    for (let manifest = 0; manifest < 11; manifest++) {
      // Other bytes of the same meaning.
      const copies = Array.from({ length: 100 }, (_, copy) => Buffer.from(foreign + ' '.repeat(manifest * 100 + copy)));
      await images.attachLayers(image, copies);
    }
    const answer = await images.judge(image);
    expect(answer.requests).toBeLessThan(1_100);
    return answer;
  },
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
