import { startHostileRegistry, respond } from '../support/registry';
import { judgeEachTest } from '../support/judge';
import type { Judge } from '../support/judge';
import { OCI_INDEX_MEDIA_TYPE } from '../support/sigstore/wireFormats';
import { RELEASE_WORKFLOW } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary } from '../support/verify';

/** One test for each published vulnerability of this field that is about what registries answer; the others are in advisories.test.ts. */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
judgeEachTest((given) => ({ supplyChain, judge, image } = given));

const UNSIGNED = { outcome: 'rejected', codes: ['unsigned'] };
const sign = () => supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });

describe('registries that lie or never end', () => {
  it('CVE-2023-46737 cosign: endless signatures end at a limit, and the image is not called unsigned', async () => {
    const entry = (index: number) => ({ mediaType: OCI_INDEX_MEDIA_TYPE, size: 2, digest: `sha256:${String(index).padStart(64, '0')}` });
    const manifests = Array.from({ length: 10_000 }, (_, index) => entry(index));
    const list = respond(200, JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX_MEDIA_TYPE, manifests }), {
      'content-type': OCI_INDEX_MEDIA_TYPE,
    });
    const manifest = await (await fetch(`http://${supplyChain.registry.address}/v2/${image.repository}/manifests/${image.digest}`)).text();
    const hostile = await startHostileRegistry({
      [`/v2/acme/x/manifests/${image.digest}`]: respond(200, manifest),
      [`/v2/acme/x/referrers/${image.digest}`]: list,
    });
    try {
      const policies = [keylessPolicy(supplyChain, { images: [`${hostile.address}/acme/**`] })];
      const verdict = await judge.verdict({ reference: `${hostile.address}/acme/x@${image.digest}` }, { policies });
      expect(summary(verdict)).toEqual({ outcome: 'undetermined', codes: ['limit-exceeded'] });
    } finally {
      await hostile.close();
    }
  });

  it('CVE-2024-29902, CVE-2024-29903 cosign: a bundle that says it is a terabyte is not fetched', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const huge = { mediaType, digest, size: 2 ** 40 };
    const target = judge.push();
    supplyChain.registry.putManifest(target.repository, `${target.digest.replace(':', '-')}.sig`, {
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 },
      layers: [{ ...huge, mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
    });
    supplyChain.registry.clearRequests();
    expect(summary(await judge.verdict(target))).toEqual({ outcome: 'undetermined', codes: ['limit-exceeded'] });
    expect(supplyChain.registry.requests.filter(({ path }) => path.includes(`/blobs/${digest}`))).toEqual([]);
  });

  it('CVE-2024-45395 sigstore-go: a bundle with thousands of log entries is refused before anything is verified', async () => {
    const bundle = await sign();
    const [entry] = bundle.verificationMaterial.tlogEntries;
    // Each of them is good, and all together (certificates of GitHub are large) are below the bound on the bytes of a bundle.
    const tlogEntries = Array.from({ length: 3_000 }, () => entry);
    const flood = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } };
    expect(await judge.bundles(image, [flood])).toMatchObject({
      outcome: 'rejected',
      findings: [{ code: 'signature-malformed', reason: 'expected at most 32 log entries, got 3000' }],
    });
  });

  it('CVE-2023-33959 notation: other bytes for a digest are not the image', async () => {
    const hostile = await startHostileRegistry({
      '*': respond(200, JSON.stringify({ schemaVersion: 2, config: { mediaType: 'x/y', digest: image.digest, size: 2 }, layers: [] })),
    });
    try {
      const policies = [keylessPolicy(supplyChain, { images: [`${hostile.address}/acme/**`] })];
      const verdict = await judge.verdict({ reference: `${hostile.address}/acme/x@${image.digest}` }, { policies });
      expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['digest-mismatch'] });
    } finally {
      await hostile.close();
    }
  });

  it('CVE-2022-47633, CVE-2023-47630 Kyverno: a tag is resolved once, and the verdict names the digest it was about', async () => {
    await judge.bundles(image, [await sign()]);
    supplyChain.registry.clearRequests();
    const verdict = await judge.verdict({ reference: `${supplyChain.registry.address}/${image.repository}:v2.1.0` });
    expect(verdict).toMatchObject({ outcome: 'verified', digest: image.digest });
    expect(supplyChain.registry.requests.filter(({ path }) => path.endsWith('/manifests/v2.1.0'))).toHaveLength(1);
  });

  it('CVE-2024-23332 notation: the verdict about a tag that was moved back names the old digest', async () => {
    const old = image;
    await judge.bundles(old, [await sign()]);
    supplyChain.registry.pushImage(old.repository, 'v2.1.0', { layers: [Buffer.from('newer')] });
    expect(summary(await judge.verdict({ reference: `${supplyChain.registry.address}/${old.repository}:v2.1.0` }))).toEqual(UNSIGNED);
    // Which digest may follow which is for the policy (rollback); that an old one is not passed off as the new one is for us.
    expect(await judge.verdict(old)).toMatchObject({ outcome: 'verified', digest: old.digest });
  });
});
