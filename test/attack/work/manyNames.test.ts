import { attempt } from '../../support/attack/attempt';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

const predicateType = 'https://acme.example/files/v1';
const policy = { signatures: { threshold: 0 }, attestations: [{ name: 'files', custom: { predicateType } }] };

/** Each object has a name of its own: a parser makes a shape of its own for it. */
const attested = async (names: number) => {
  const image = images.image();
  const predicate = { files: Array.from({ length: names }, (_, number) => ({ [`name-${number}`]: number })) };
  const bundle = await images.supplyChain.sigstore.attest({ digest: image.digest, identity: RELEASE_WORKFLOW, predicateType, predicate });
  return images.attach(image, bundle);
};

attempt('has a statement signed in which every object has a name of its own', {
  attacker: 'chooses what the pipeline describes',
  control: async () => images.judge(await attested(20_000), policy),
  attack: async () => images.judge(await attested(65_000), policy),
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
