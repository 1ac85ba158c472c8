import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

/** Signature lines of a checkpoint with the name and key hint of the real log: each costs a signature check. */
const LINES = 20_000;

attempt('writes megabytes of signature lines into a checkpoint', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed()),
  attack: async () => {
    const image = images.image();
    const bundle = await images.foreign(image);
    const proof = bundle.verificationMaterial.tlogEntries[0]?.inclusionProof;
    if (proof === undefined) throw new Error('the log gave no proof');
    const [note, line = ''] = proof.checkpoint.envelope.split('\n\n');
    const wrong = line.replace(/.{8}\n$/, 'AAAAAA==\n');
    Object.assign(proof.checkpoint, { envelope: `${note}\n\n${wrong.repeat(LINES)}` });
    const answer = await images.judge(await images.attach(image, bundle));
    expect(answer.signatureChecks).toBeLessThan(100);
    return answer;
  },
  expected: { outcome: 'rejected', code: 'signature-malformed' },
});
