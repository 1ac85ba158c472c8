import fc from 'fast-check';
import { attachBundle, attachLegacySignatures } from '../support/sigstore/attach';
import type { BundleJson } from '../support/sigstore/bundles';
import type { LegacySignatureLayer } from '../support/sigstore/legacySignatures';
import { certificatePem } from '../support/sigstore/signers';
import { BUNDLE_ANNOTATION, CERTIFICATE_ANNOTATION, SIGNATURE_ANNOTATION } from '../support/sigstore/wireFormats';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';
import { trustPolicyOf, verifierFor } from '../support/verify';

/**
 * Whatever bit is flipped in signed material, the image does not stay verified.
 *
 * Bytes that are left out, because nothing that we rely on is said by them:
 * - `inclusionProof.rootHash` and `.treeSize` repeat the checkpoint, which is what is verified and read;
 * - the text around the base64 of the checkpoint: the last character of base64 has bits that decode to nothing;
 * - `dev.sigstore.cosign/chain`, `keyid`, `publicKey.hint`, annotations, artifact types: never read (the chain comes from the trust root);
 * - `messageDigest` of a message signature: the digest of the artifact is computed.
 */
const RUNS = 150;

/** A place in JSON that holds base64 or, if it says so, a number. */
type Path = readonly (string | number)[];

const ENTRY: Path = ['verificationMaterial', 'tlogEntries', 0];
const BUNDLE_FIELDS: Readonly<Record<string, Path>> = {
  payload: ['dsseEnvelope', 'payload'],
  signature: ['dsseEnvelope', 'signatures', 0, 'sig'],
  certificate: ['verificationMaterial', 'certificate', 'rawBytes'],
  'body of the log entry': [...ENTRY, 'canonicalizedBody'],
  'id of the log': [...ENTRY, 'logId', 'keyId'],
  'promise of the log (SET)': [...ENTRY, 'inclusionPromise', 'signedEntryTimestamp'],
};
const BUNDLE_NUMBERS: Readonly<Record<string, Path>> = {
  'index in the log': [...ENTRY, 'logIndex'],
  'time of the log': [...ENTRY, 'integratedTime'],
  'index in the proof': [...ENTRY, 'inclusionProof', 'logIndex'],
};

function read(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);
}

/** A copy with one value replaced. */
function replace<T>(value: T, path: Path, change: (old: string) => string): T {
  const copy = structuredClone(value);
  const parent = read(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  parent[key] = change(parent[key] as string);
  return copy;
}

const flip = (bytes: Buffer, position: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[position % copy.length]! ^= 1 << bit;
  return copy;
};
const flipBase64 = (position: number, bit: number) => (text: string) => flip(Buffer.from(text, 'base64'), position, bit).toString('base64');

const position = fc.nat(100_000);
const bit = fc.nat(7);

let supplyChain: SupplyChain;
let outcomeOf: (reference: string) => Promise<string>;
let images = 0;
beforeAll(async () => {
  supplyChain = await startSupplyChain();
  const verifier = await verifierFor(trustPolicyOf(supplyChain));
  outcomeOf = async (reference) => (await verifier.verify(reference)).outcome;
});
afterAll(async () => supplyChain.stop());

/** The same bytes in a repository of their own, so that the same digest carries other signatures. */
function push() {
  const repository = `acme/mutation-${images++}`;
  const digest = supplyChain.registry.pushImage(repository, 'v1', { layers: [Buffer.from('weights')] });
  return { repository, digest, reference: `${supplyChain.registry.address}/${repository}@${digest}` };
}

describe('when one bit of a bundle is flipped', () => {
  const outcome = async (bundle: BundleJson): Promise<string> => {
    const image = push();
    await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
    return outcomeOf(image.reference);
  };
  let good: BundleJson;
  beforeAll(async () => {
    good = await supplyChain.sigstore.signImage({ digest: push().digest, identity: RELEASE_WORKFLOW });
  });

  it('is verified as long as nothing is', async () => {
    expect(await outcome(good)).toBe('verified');
  });

  it.each(Object.entries(BUNDLE_FIELDS))(
    'is not verified: %s',
    async (_name, path) => {
      await fc.assert(
        fc.asyncProperty(position, bit, async (at, mask) => {
          expect(await outcome(replace(good, path, flipBase64(at, mask)))).not.toBe('verified');
        }),
        { numRuns: RUNS },
      );
    },
    60_000,
  );

  it.each(Object.entries(BUNDLE_NUMBERS))(
    'is not verified with another number: %s',
    async (_name, path) => {
      const old = BigInt(read(good, path) as string);
      await fc.assert(
        fc.asyncProperty(fc.bigInt(0n, 2n ** 40n), async (number) => {
          fc.pre(number !== old);
          expect(await outcome(replace(good, path, () => String(number)))).not.toBe('verified');
        }),
        { numRuns: 30 },
      );
    },
    60_000,
  );

  it('is not verified: signed text of the checkpoint', async () => {
    const path = [...ENTRY, 'inclusionProof', 'checkpoint', 'envelope'];
    const signedBytes = (read(good, path) as string).indexOf('\n\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(signedBytes - 1), fc.nat(6), async (at, mask) => {
        const change = (text: string): string => flip(Buffer.from(text), at, mask).toString('latin1');
        expect(await outcome(replace(good, path, change))).not.toBe('verified');
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('is not verified with another payload type, which the signature covers', async () => {
    expect(await outcome(replace(good, ['dsseEnvelope', 'payloadType'], () => 'application/json'))).not.toBe('verified');
  });
});

describe('when one bit of a legacy signature is flipped', () => {
  const outcome = async (signature: LegacySignatureLayer): Promise<string> => {
    const image = push();
    await attachLegacySignatures(supplyChain.registry, {
      repository: image.repository,
      subject: { digest: image.digest },
      signatures: [signature],
    });
    return outcomeOf(image.reference);
  };
  let good: LegacySignatureLayer;
  beforeAll(async () => {
    good = await supplyChain.sigstore.signLegacy({ digest: push().digest, identity: RELEASE_WORKFLOW });
  });

  const annotated = (name: string, value: string): LegacySignatureLayer => ({
    ...good,
    annotations: { ...good.annotations, [name]: value },
  });
  const logBundle = (path: Path, change: (old: string) => string): LegacySignatureLayer =>
    annotated(BUNDLE_ANNOTATION, JSON.stringify(replace(JSON.parse(good.annotations[BUNDLE_ANNOTATION] ?? '') as object, path, change)));
  const changes: Readonly<Record<string, (at: number, mask: number) => LegacySignatureLayer>> = {
    'simple signing payload': (at, mask) => ({ ...good, payload: flip(good.payload, at, mask) }),
    signature: (at, mask) => annotated(SIGNATURE_ANNOTATION, flipBase64(at, mask)(good.annotations[SIGNATURE_ANNOTATION] ?? '')),
    certificate: (at, mask) => {
      const der = (good.annotations[CERTIFICATE_ANNOTATION] ?? '').replace(/-----[A-Z ]+-----|\s/g, '');
      return annotated(CERTIFICATE_ANNOTATION, certificatePem(flip(Buffer.from(der, 'base64'), at, mask)));
    },
    'body of the log entry': (at, mask) => logBundle(['Payload', 'body'], flipBase64(at, mask)),
    'promise of the log (SET)': (at, mask) => logBundle(['SignedEntryTimestamp'], flipBase64(at, mask)),
  };

  it('is verified as long as nothing is', async () => {
    expect(await outcome(good)).toBe('verified');
  });

  it.each(Object.entries(changes))(
    'is not verified: %s',
    async (_name, change) => {
      await fc.assert(
        fc.asyncProperty(position, bit, async (at, mask) => {
          expect(await outcome(change(at, mask))).not.toBe('verified');
        }),
        { numRuns: RUNS },
      );
    },
    60_000,
  );
});
