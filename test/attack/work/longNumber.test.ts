import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

attempt('writes a position in the log with a million digits', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed()),
  attack: async () => {
    const image = images.image();
    const bundle = await images.foreign(image);
    const proof = bundle.verificationMaterial.tlogEntries[0]?.inclusionProof;
    if (proof === undefined) throw new Error('the log gave no proof');
    Object.assign(proof, { logIndex: '9'.repeat(1_000_000) });
    return images.judge(await images.attach(image, bundle));
  },
  expected: { outcome: 'rejected', code: 'signature-malformed' },
});
