import type { Digest } from '../../../verification/registry/types';
import type { PushedImage } from '../supplyChain';
import type { AttestedImages } from './attestedImages';

/** An index of one platform that the release workflow reviewed, and of which the attacker writes the text anew. */
export async function attestedIndex(
  images: AttestedImages,
  name: string,
  rewrite?: (text: string, evil: Digest) => string,
): Promise<PushedImage> {
  const good = images.registry.pushImage(name, undefined, { layers: [Buffer.from('good')] });
  const evil = images.registry.pushImage(name, undefined, { layers: [Buffer.from('evil')] });
  await images.attach({ repository: name, digest: good }, await images.review(good));
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: good,
    size: 482,
    platform: { architecture: 'amd64', os: 'linux' },
  };
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [descriptor] };
  const text = JSON.stringify(index);
  return images.stored(name, rewrite === undefined ? text : rewrite(text, evil));
}
