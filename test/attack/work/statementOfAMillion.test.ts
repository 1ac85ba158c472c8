import { attempt } from '../../support/attack/attempt';
import { SBOM_TYPE, withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

const sbom = { signatures: { threshold: 0 }, attestations: [{ name: 'sbom', sbom: {} }] };

/** An SBOM by whoever the policy trusts, with one component more than that each time. */
const attested = async (components: number) => {
  const image = images.image();
  const predicate = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: Array.from({ length: components }, (_, number) => ({ type: 'library', name: `${number}` })),
  };
  const identity = RELEASE_WORKFLOW;
  const bundle = await images.supplyChain.sigstore.attest({ digest: image.digest, identity, predicateType: SBOM_TYPE, predicate });
  return images.attach(image, bundle);
};

attempt('has a statement of a million values signed', {
  attacker: 'chooses what the pipeline describes',
  control: async () => images.judge(await attested(50_000), sbom),
  attack: async () => images.judge(await attested(340_000), sbom),
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
