import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';

let images: SignedImages;
withSignedImages((made) => (images = made));

attempt('signs with a reusable workflow that the policy names, called from a repository of its own', {
  attacker: 'may call a public workflow and push to the registry',
  control: async () => images.judge(await images.sign(images.image(), CALLED_BY_ACME), [CALLED_BY_ACME]),
  attack: async () => images.judge(await images.sign(images.image(), CALLED_BY_MALLORY), [CALLED_BY_ACME]),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});

attempt('does so in the layout of cosign 2', {
  attacker: 'may call a public workflow and push to the registry',
  control: async () => images.judge(await images.signLegacy(images.image(), CALLED_BY_ACME), [CALLED_BY_ACME]),
  attack: async () => images.judge(await images.signLegacy(images.image(), CALLED_BY_MALLORY), [CALLED_BY_ACME]),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});
