import { attempt } from '../../support/attack/attempt';
import { withAttestedImages } from '../../support/attack/attestedImages';
import type { AttestedImages } from '../../support/attack/attestedImages';
import type { BundleJson } from '../../support/sigstore/bundles';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';

let images: AttestedImages;
withAttestedImages((made) => (images = made));

/** Everything that sigstore-go refuses to read. */
const REWRITTEN: readonly (readonly [string, (text: string, bundle: BundleJson) => string])[] = [
  ['an unknown field', (text) => text.replace(/^{/, '{"note":"x",')],
  ['an unknown field in a log entry', (text) => text.replace('{"logIndex"', '{"x":1,"logIndex"')],
  ['a field twice', (text) => text.replace('"payloadType"', '"payloadType":"text/plain","payloadType"')],
  ['a field under both of its names', (text) => text.replace('"payloadType"', '"payload_type":"text/plain","payloadType"')],
  ['a field in capitals', (text) => text.replace('"payloadType"', '"PayloadType":"text/plain","payloadType"')],
  ['two contents', (text) => text.replace(/}$/, ',"messageSignature":{"signature":"AA=="}}')],
  ['certificate and key', (text) => text.replace('"certificate":', '"publicKey":{"hint":"x"},"certificate":')],
  ['junk in base64', (text) => text.replace(/"sig":"(.{8})/, '"sig":"$1!')],
  ['a line break in base64', (text) => text.replace(/"sig":"(.{8})/, '"sig":"$1\\n')],
  ['both alphabets of base64', (text) => text.replace(/"sig":"/, '"sig":"-+').replace(/-\+../, '-+')],
  ['a number with zeros before it', (text) => text.replace(/"integratedTime":"/, '"integratedTime":"00')],
  ['a number with a space', (text) => text.replace(/"treeSize":"/, '"treeSize":" ')],
  ['a tree of another size', (_text, bundle) => withProof(bundle, { treeSize: '999999' })],
  ['another root', (_text, bundle) => withProof(bundle, { rootHash: Buffer.alloc(32).toString('base64') })],
  ['a root that is no hash', (_text, bundle) => withProof(bundle, { rootHash: 'AAAA' })],
  ['a text where a list belongs', (text) => text.replace(/"tlogEntries":\[.*?\],"timestamp/s, '"tlogEntries":"","timestamp')],
  ['a number where text belongs', (text) => text.replace(/"payloadType":"[^"]*"/, '"payloadType":7')],
  ['half of a surrogate pair', (text) => text.replace('"payloadType":"', '"payloadType":"\\ud800')],
  ['text behind it', (text) => `${text} {}`],
  ['a byte order mark', (text) => `\ufeff${text}`],
];

function withProof(bundle: BundleJson, change: object): string {
  const [entry] = bundle.verificationMaterial.tlogEntries;
  const tlogEntries = [{ ...entry, inclusionProof: { ...entry!.inclusionProof, ...change } }];
  return JSON.stringify({ ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } });
}

describe.each(REWRITTEN)('a bundle with %s', (_name, rewrite) => {
  attempt('is read otherwise than by sigstore-go', {
    attacker: 'may push to the registry',
    control: async () => {
      const image = images.image();
      await images.attach(image, await images.supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW }));
      return images.judge(image);
    },
    attack: async () => {
      const image = images.image();
      const bundle = await images.supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      const text = rewrite(JSON.stringify(bundle), bundle);
      expect(text).not.toBe(JSON.stringify(bundle));
      await images.attach(image, text);
      return images.judge(image);
    },
    expected: { outcome: 'rejected', code: 'signature-malformed' },
  });
});
