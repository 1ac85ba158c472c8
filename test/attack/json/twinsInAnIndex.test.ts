import type { Digest } from '../../../verification/registry/types';
import { attempt } from '../../support/attack/attempt';
import { REVIEWED, withAttestedImages } from '../../support/attack/attestedImages';
import type { AttestedImages } from '../../support/attack/attestedImages';
import { attestedIndex } from '../../support/attack/twinIndex';

let images: AttestedImages;
withAttestedImages((made) => (images = made));

const HIDDEN = '"architecture":"unknown","os":"unknown","OS":"linux","Architecture":"amd64"';
const MARK = '"annotations":{"vnd.docker.reference.type":"attestation-manifest"},';
const second = (digest: string) => `{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${digest}","size":482`;

/** What containerd and cosign, which read with Go, take for the image that runs. */
const REWRITTEN: readonly (readonly [string, (text: string, evil: Digest) => string])[] = [
  ['a second digest in capitals', (text, evil) => text.replace('"size"', `"Digest":"${evil}","size"`)],
  ['a second digest with a long s', (text, evil) => text.replace('"size"', `"dige\u017ft":"${evil}","size"`)],
  ['the same name twice, once by an escape', (text, evil) => text.replace('"size"', `"\\u0064igest":"${evil}","size"`)],
  ['a second list of manifests', (text, evil) => text.replace(/}$/, `,"Manifests":[${second(evil)}}]}`)],
  [
    'a platform that is none for us and one for Go',
    (text, evil) => text.replace('"manifests":[', `"manifests":[${second(evil)},${MARK}"platform":{${HIDDEN}}},`),
  ],
  [
    'a platform that only Go reads',
    (text, evil) => text.replace('"manifests":[', `"manifests":[${second(evil)},"Platform":{"architecture":"amd64","os":"linux"}},`),
  ],
  ['a media type that only Go reads', (text) => text.replace('"mediaType":"application/vnd.oci.image.index', '"MediaType":"application/x')],
  ['a size that Go reads as none', (text) => text.replace('482', '482.0')],
  ['a size in exponents', (text) => text.replace('482', '4.82e2')],
  ['a platform that is no object', (text) => text.replace(/"platform":{[^}]*}/, '"platform":"linux/amd64"')],
  ['layers of schema 1 beside', (text) => text.replace(/}$/, ',"fsLayers":[]}')],
];

describe.each(REWRITTEN)('an index with %s', (name, rewrite) => {
  const repository = `acme/index-${name.replaceAll(/\W+/g, '-').toLowerCase()}`;
  attempt('has another image run than the one that was attested', {
    attacker: 'may push to the registry',
    control: async () => images.judge(await attestedIndex(images, repository), REVIEWED),
    attack: async () => images.judge(await attestedIndex(images, repository, rewrite), REVIEWED),
    expected: { outcome: 'undetermined', code: 'registry-response-invalid' },
  });
});
