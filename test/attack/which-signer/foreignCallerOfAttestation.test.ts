import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import type { SignerIdentity } from '../../support/sigstore/signers';

const TYPE = 'https://acme.example/review/v1';
const RULES = { signatures: { threshold: 0 }, attestations: [{ name: 'reviewed', custom: { predicateType: TYPE } }] };

let images: SignedImages;
withSignedImages((made) => (images = made));

const attestedBy = async (signer: SignerIdentity) =>
  images.judge(await images.attest(images.image(), signer, TYPE), [CALLED_BY_ACME], RULES);

attempt('attests with a reusable workflow that the policy names, called from a repository of its own', {
  attacker: 'may call a public workflow and push to the registry',
  control: () => attestedBy(CALLED_BY_ACME),
  attack: () => attestedBy(CALLED_BY_MALLORY),
  expected: { outcome: 'rejected', code: 'attestation-untrusted' },
});
