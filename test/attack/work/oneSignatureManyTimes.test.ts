import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

attempt('lists one signature ten thousand times', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed()),
  attack: async () => {
    const image = await images.signed();
    const foreign = await images.foreign(image);
    const answer = await images.judge(await images.attachLayers(image, Array<object>(100).fill(foreign), 99));
    expect(answer.signatureChecks).toBeLessThan(100);
    return answer;
  },
  expected: { outcome: 'verified', code: undefined },
});
