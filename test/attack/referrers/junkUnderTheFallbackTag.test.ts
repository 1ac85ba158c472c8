import { digestOf } from '../../../verification/reference/digest';
import { attempt } from '../../support/attack/attempt';
import { SCANNED } from '../../support/attack/attestedImages';
import { SCAN_TYPE, daysAgo, scan, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';
import { writeTag } from '../../support/attack/fallbackTag';
import { referrersTag } from '../../support/sigstore/attach';
import type { PushedImage } from '../../support/supplyChain';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));
const scanned = (image: PushedImage, result: 'clean' | 'critical', days: number) =>
  evidence.attested(image, SCAN_TYPE, scan(result, daysAgo(days)), daysAgo(days));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const gone = { mediaType: MANIFEST, digest: digestOf(Buffer.from('gone')), size: 7 };
const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 };
const twins = `{"schemaVersion":2,"mediaType":"${MANIFEST}","config":${JSON.stringify(config)},"layers":[],"Layers":[]}`;

/** What somebody may put there to have honest images left undetermined. */
const JUNK: readonly (readonly [string, (image: PushedImage) => void])[] = [
  ["somebody's image", ({ repository, digest }) => void evidence.supplyChain.registry.pushImage(repository, referrersTag(digest))],
  [
    'what no parser reads alike',
    ({ repository, digest }) => void evidence.supplyChain.registry.putManifest(repository, referrersTag(digest), Buffer.from(twins)),
  ],
  ['what is not there', (image) => writeTag(evidence.supplyChain.registry, image, [gone])],
  [
    'a manifest that no parser reads alike',
    (image) => {
      const digest = evidence.supplyChain.registry.putManifest(image.repository, undefined, Buffer.from(twins));
      writeTag(evidence.supplyChain.registry, image, [{ mediaType: MANIFEST, digest, size: twins.length }]);
    },
  ],
  [
    'an artifact manifest of before OCI 1.1',
    ({ repository, digest }) => {
      const subject = { mediaType: MANIFEST, digest, size: 7 };
      const mediaType = 'application/vnd.oci.artifact.manifest.v1+json';
      evidence.supplyChain.registry.putManifest(repository, undefined, { mediaType, artifactType: 'x/y', blobs: [], subject });
    },
  ],
  [
    'an index of indexes',
    (image) => {
      const inner = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [gone] };
      const digest = evidence.supplyChain.registry.putManifest(image.repository, undefined, inner);
      writeTag(evidence.supplyChain.registry, image, [{ mediaType: inner.mediaType, digest, size: JSON.stringify(inner).length }]);
    },
  ],
  [
    'junk for attestations of old',
    ({ repository, digest }) =>
      void evidence.supplyChain.registry.putManifest(repository, `${referrersTag(digest)}.att`, Buffer.from(twins)),
  ],
];

describe.each(JUNK)('%s under a tag beside the image', (_what, push) => {
  const judged = async (result: 'clean' | 'critical', junk: boolean) => {
    const image = evidence.image();
    await evidence.attach(image, await scanned(image, result, 1));
    if (junk) push(image);
    return evidence.judge(image, SCANNED);
  };

  attempt('leaves a good image undetermined', {
    attacker: 'may push to the registry',
    control: () => judged('clean', false),
    attack: () => judged('clean', true),
    expected: { outcome: 'verified', code: undefined },
  });

  attempt('hides a bad scan', {
    attacker: 'may push to the registry',
    control: () => judged('clean', false),
    attack: () => judged('critical', true),
    expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
  });
});
