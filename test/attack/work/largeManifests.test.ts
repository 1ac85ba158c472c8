import { attempt } from '../../support/attack/attempt';
import { writeTag } from '../../support/attack/fallbackTag';
import { withStuffedImages } from '../../support/attack/stuffedImages';
import type { StuffedAmongOthers } from '../../support/attack/stuffedImages';
import type { PushedImage } from '../../support/supplyChain';

let images: StuffedAmongOthers;
withStuffedImages((started) => (images = started));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MEBIBYTE = 1024 * 1024;
const MANIFESTS = 60;

/** Manifests that are no evidence, and large. */
const list = (image: PushedImage, bytes: number): void => {
  const { registry } = images.supplyChain;
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: registry.putBlob(image.repository, Buffer.from('{}')), size: 2 };
  const manifests = Array.from({ length: MANIFESTS }, (_, number) => {
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: [],
      annotations: { number: `${number}${'x'.repeat(bytes)}` },
    };
    const digest = registry.putManifest(image.repository, undefined, manifest);
    return { mediaType: MANIFEST, digest, size: JSON.stringify(manifest).length };
  });
  writeTag(registry, image, manifests);
};

attempt('lists manifests of megabytes', {
  attacker: 'may push to the registry',
  control: async () => {
    const image = await images.signed();
    list(image, 1_000);
    return images.judge(image);
  },
  attack: async () => {
    const image = images.image();
    list(image, MEBIBYTE);
    const answer = await images.judge(image);
    // Sixteen use up what is read, and so many more are under way: the others are left alone.
    const asked = images.supplyChain.registry.requests.filter(({ path }) => path.includes('stuffed') && path.includes('manifests/sha256:'));
    expect(asked.length).toBeLessThan(40);
    return answer;
  },
  expected: { outcome: 'undetermined', code: 'limit-exceeded' },
});
