import { ImageVerifier } from '../../../verification/imageVerifier';
import { CONCURRENT_IMAGES } from '../../../verification/limits';
import type { LoadedTrustPolicy } from '../../../verification/loadTrustPolicy';
import type { RegistryClient } from '../../../verification/registry/types';
import { failure } from '../../../verification/result';
import type { Authority, TrustPolicy } from '../../../verification/trust-policy/types';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { summary } from '../../support/verify';
import { IMAGE, IMAGE_DIGEST, registryWith } from './handMadeRegistry';

/** The verifier makes its own client, so the only way to give it a broken one is to replace the constructor. */
let registry: RegistryClient;
jest.mock('../../../verification/registry/ociClient', () => ({ createRegistryClient: () => registry }));

const CI = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };
const keyless: Authority = {
  kind: 'keyless',
  name: 'ci',
  trustRoot: 'local',
  identities: [{ issuer: CI.issuer, subject: { kind: 'exact', value: CI.subject } }],
};

function loaded(fields: Partial<LoadedTrustPolicy> = {}, authority: Authority = keyless): LoadedTrustPolicy {
  const thresholds = { transparencyLog: 1, certificateTransparency: 1, timestamps: 1 };
  const policy: TrustPolicy = {
    trustRoots: [{ kind: 'file', name: 'local', path: 'root.json', thresholds }],
    policies: [
      { name: 'models', mode: 'warn', images: ['ghcr.io/acme/**'], authorities: [authority], signatureThreshold: 1, attestations: [] },
    ],
    unmatchedImages: 'allow',
  };
  return {
    policy,
    file: 'trust-policy.yaml',
    sha256: 'ab',
    fingerprint: 'cd',
    directory: '.',
    keys: new Map(),
    trustRootFiles: new Map(),
    previousVerdicts: new Map(),
    ...fields,
  };
}

async function signed() {
  const sigstore = await createLocalSigstore();
  const bundle = await sigstore.signImage({ digest: IMAGE_DIGEST, identity: CI });
  return { bundle, trustRootFiles: new Map([['local', Buffer.from(JSON.stringify(sigstore.trustedRootJson))]]) };
}

describe('when something inside breaks', () => {
  const broken = () => {
    throw new TypeError('cannot read properties of undefined');
  };

  it.each<[string, Partial<RegistryClient>]>([
    ['the registry client throws while it resolves', { resolve: broken }],
    ['the registry client rejects', { resolve: () => Promise.reject(new Error('cannot read properties of undefined')) }],
    ['referrers cannot be listed', { referrers: broken }],
    ['legacy signatures cannot be listed', { tagged: () => Promise.reject(new Error('cannot read properties of undefined')) }],
    ['a bundle cannot be fetched', { blob: broken }],
  ])('is an internal-error that blocks, if %s', async (_what, answers) => {
    const { bundle, trustRootFiles } = await signed();
    registry = registryWith([bundle], answers);
    const verdict = await new ImageVerifier(loaded({ trustRootFiles })).verify(IMAGE);
    // Enforced although the policy only warns: nobody knows what it would have said.
    expect(verdict).toEqual({
      outcome: 'undetermined',
      reference: IMAGE,
      enforcement: 'enforce',
      findings: [{ code: 'internal-error', during: `verification of ${IMAGE}`, reason: 'cannot read properties of undefined' }],
    });
  });

  it('is an internal-error if the file of a trust root or a key was not loaded', async () => {
    const { bundle } = await signed();
    registry = registryWith([bundle]);
    const key: Authority = { kind: 'key', name: 'key', key: { kind: 'path', path: 'cosign.pub' } };
    for (const policy of [loaded(), loaded({}, key)]) {
      expect(summary(await new ImageVerifier(policy).verify(IMAGE))).toEqual({ outcome: 'undetermined', codes: ['internal-error'] });
    }
  });

  it('says so for one image and verifies the others', async () => {
    const { bundle, trustRootFiles } = await signed();
    const good = registryWith([bundle]);
    registry = { ...good, resolve: (image, signal) => (image.repository.path === 'acme/broken' ? broken() : good.resolve(image, signal)) };
    const verifier = new ImageVerifier(loaded({ trustRootFiles }));
    const verdicts = await Promise.all([verifier.verify(IMAGE.replace('model', 'broken')), verifier.verify(IMAGE)]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['undetermined', 'verified']);
  });
});

describe('when the trust root is a file that is none', () => {
  it('is undetermined with trust-root-unavailable', async () => {
    registry = registryWith([]);
    const trustRootFiles = new Map([['local', Buffer.from('{}')]]);
    const verdict = await new ImageVerifier(loaded({ trustRootFiles })).verify(IMAGE);
    expect(summary(verdict)).toEqual({ outcome: 'undetermined', codes: ['trust-root-unavailable'] });
  });
});

describe('when many images are asked for at once', () => {
  it(`works on ${CONCURRENT_IMAGES} at a time and answers all`, async () => {
    let running = 0;
    let most = 0;
    registry = registryWith([], {
      resolve: async (image) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return failure({ code: 'image-not-found', reference: image.original, registry: image.repository.registry });
      },
    });
    const verifier = new ImageVerifier(loaded());
    const references = Array.from({ length: CONCURRENT_IMAGES * 3 }, (_, index) => `ghcr.io/acme/model-${index}@${IMAGE_DIGEST}`);
    const verdicts = await Promise.all(references.map((reference) => verifier.verify(reference)));
    expect(verdicts.map(({ reference }) => reference)).toEqual(references);
    expect(most).toBe(CONCURRENT_IMAGES);
  });

  it('gives every image a deadline of its own, that starts when its turn comes', async () => {
    const signals: AbortSignal[] = [];
    registry = registryWith([], {
      resolve: (image, signal) => {
        signals.push(signal);
        return Promise.resolve(failure({ code: 'image-not-found', reference: image.original, registry: 'ghcr.io' }));
      },
    });
    const verifier = new ImageVerifier(loaded());
    await Promise.all(['a', 'b'].map((name) => verifier.verify(`ghcr.io/acme/${name}@${IMAGE_DIGEST}`)));
    expect(new Set(signals).size).toBe(2);
    expect(signals.every(({ aborted }) => !aborted)).toBe(true);
  });
});
