import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

attempt('puts a certificate of blanks into an annotation', {
  attacker: 'may push to the registry',
  control: async () => images.judge(await images.signed()),
  attack: async () => {
    const annotations = {
      'dev.cosignproject.cosign/signature': 'AAAA',
      'dev.sigstore.cosign/certificate': `-----BEGIN CERTIFICATE-----${' '.repeat(500_000)}`,
    };
    return images.judge(await images.attachLegacy(images.image(), annotations));
  },
  expected: { outcome: 'rejected', code: 'signature-malformed' },
});
