import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { StuffedImages } from '../../test/support/attack/stuffedEvidence';
import type { BundleJson } from '../../test/support/sigstore/bundles';
import { RELEASE_WORKFLOW, startSupplyChain } from '../../test/support/supplyChain';
import type { PushedImage } from '../../test/support/supplyChain';
import { BUNDLE_MEDIA_TYPES, OCI_MANIFEST_MEDIA_TYPE } from '../../test/support/sigstore/wireFormats';
import { keylessPolicy, trustPolicyOf } from '../../test/support/verify';
import { digestOf } from '../../verification/reference/digest';

/** What an image is stuffed with to keep the verifier busy. */
export const STUFFING = ['checkpoint lines', 'one blob', 'distinct bundles', 'statements', 'long number', 'manifests of 4 MB'] as const;
export type Stuffing = (typeof STUFFING)[number];

/** Where everything is, once it is there. */
export interface StuffedReady {
  readonly policyFile: string;
  readonly stuffed: string;
  readonly good: readonly string[];
}

const MEBIBYTE = 1024 * 1024;

const proofOf = (bundle: BundleJson) => {
  const proof = bundle.verificationMaterial.tlogEntries[0]?.inclusionProof;
  if (proof === undefined) throw new Error('the log gave no proof');
  return proof;
};

/** A bundle that is listed, and nowhere. */
const layerOf = (name: string) => ({ mediaType: BUNDLE_MEDIA_TYPES['0.3'], digest: digestOf(Buffer.from(name)), size: 1_000 });

const STUFF: Readonly<Record<Stuffing, (images: StuffedImages, image: PushedImage, bundle: BundleJson) => Promise<unknown>>> = {
  'checkpoint lines': (images, image, bundle) => {
    const { checkpoint } = proofOf(bundle);
    const [note = '', line = ''] = checkpoint.envelope.split('\n\n');
    const wrong = line.replace(/.{8}\n$/, 'AAAAAA==\n');
    Object.assign(checkpoint, { envelope: `${note}\n\n${wrong.repeat(Math.floor((15 * MEBIBYTE) / (wrong.length + 8)))}` });
    return images.attach(image, bundle);
  },
  'one blob': (images, image, bundle) => images.attachLayers(image, Array<object>(100).fill(bundle), 100),
  'distinct bundles': async (images, image, bundle) => {
    const text = JSON.stringify(bundle);
    for (let manifest = 0; manifest < 30; manifest++) {
      await images.attachLayers(
        image,
        Array.from({ length: 100 }, (_, copy) => Buffer.from(text + ' '.repeat(manifest * 100 + copy))),
      );
    }
  },
  statements: async (images, image, bundle) => {
    const names = Array.from({ length: 390_000 }, (_, number) => `"${number.toString(36)}":1`).join(',');
    for (let copy = 0; copy < 6; copy++) {
      const payload = Buffer.from(`{"n":${copy},${names}}`).toString('base64');
      await images.attach(image, { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope!, payload } });
    }
  },
  'long number': (images, image, bundle) => {
    Object.assign(proofOf(bundle), { logIndex: '9'.repeat(15 * MEBIBYTE) });
    return images.attach(image, bundle);
  },
  'manifests of 4 MB': (images, image) => {
    const annotations = Object.fromEntries(Array.from({ length: 90 }, (_, number) => [`key-${number}`, 'value-of-it']));
    for (let manifest = 0; manifest < 100; manifest++) {
      const layers = Array.from({ length: 1_800 }, (_, number) => ({ ...layerOf(`${manifest} ${number}`), annotations }));
      const subject = { mediaType: OCI_MANIFEST_MEDIA_TYPE, size: 2, digest: image.digest };
      const content = { schemaVersion: 2, mediaType: OCI_MANIFEST_MEDIA_TYPE, config: layerOf('config'), layers, subject };
      images.supplyChain.registry.putManifest(image.repository, undefined, content);
    }
    return Promise.resolve();
  },
};

/** A process of its own: the event loop that is measured is that of verification. */
async function serve(directory: string, stuffing: Stuffing, neighbors: number): Promise<void> {
  const supplyChain = await startSupplyChain({ directory });
  const images = new StuffedImages(supplyChain);
  const image = images.image();
  await STUFF[stuffing](images, image, await images.foreign(image));
  const good: string[] = [];
  for (let number = 0; number < neighbors; number++) {
    const neighbor = supplyChain.push(`acme/good-${number}`);
    await supplyChain.sign(neighbor, RELEASE_WORKFLOW);
    good.push(neighbor.reference);
  }
  const policyFile = path.join(directory, 'trust-policy.yaml');
  writeFileSync(policyFile, JSON.stringify(trustPolicyOf(supplyChain, { policies: [keylessPolicy(supplyChain)] })));
  process.send?.({ policyFile, stuffed: image.reference, good } satisfies StuffedReady);
}

if (require.main === module) {
  const [directory = '', stuffing, neighbors] = process.argv.slice(2);
  void serve(directory, stuffing as Stuffing, Number(neighbors));
}
