import { attempt } from '../../support/attack/attempt';
import { withAttestedImages } from '../../support/attack/attestedImages';
import type { AttestedImages } from '../../support/attack/attestedImages';

let images: AttestedImages;
withAttestedImages((started) => (images = started));

const predicateType = 'https://cosign.sigstore.dev/attestation/v1';
const fields = [
  { path: 'Data.decision', equals: 'go' },
  { path: 'Timestamp', equals: '2026-11-30' },
];
const DECIDED = { signatures: { threshold: 0 }, attestations: [{ name: 'decided', custom: { predicateType, fields } }] };

const judge = async (predicate: object) => {
  const image = images.image();
  await images.attach(image, await images.signedText(images.statement(image.digest, predicateType, predicate)));
  return images.judge(image, DECIDED);
};
const Data = JSON.stringify({ decision: 'go' });

attempt('spells a field beside the document of cosign in two ways', {
  attacker: 'chooses what the pipeline describes',
  control: () => judge({ Data, Timestamp: '2026-11-30' }),
  attack: () => judge({ Data, Timestamp: '2026-11-30', timestamp: '2020-01-01' }),
  expected: { outcome: 'rejected', code: 'predicate-malformed' },
});
