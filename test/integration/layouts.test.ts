import { parseRepository } from '../../verification';
import type { ImageVerifierOptions, Verdict } from '../../verification';
import type { Digest } from '../../verification/registry/types';
import { attachBundle, attachLegacySignatures, referrersTag } from '../support/sigstore/attach';
import {
  attachLegacyAttestations,
  changePayload,
  legacyAttestationLayer,
  storeAttestationLayers,
  without,
} from '../support/sigstore/legacyAttestations';
import type { LegacyAttestationLayer } from '../support/sigstore/legacyAttestations';
import { generateSigningKey } from '../support/sigstore/services';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, SupplyChain, signerOf, startSupplyChain } from '../support/supplyChain';
import type { PushedImage } from '../support/supplyChain';
import { startRegistry, valueOf } from '../support/registry';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const REVIEW = 'https://acme.example/review/v1';

/** Where signatures and attestations lie, and who may be fooled by it. The registry and the Sigstore are our own. */
describe('the layouts of signatures and attestations', () => {
  let chain: SupplyChain;
  beforeAll(async () => {
    chain = await startSupplyChain();
  });
  afterAll(() => chain.stop());

  const policyOf = (supplyChain: SupplyChain, fields: Readonly<Record<string, unknown>>) =>
    trustPolicyOf(supplyChain, { policies: [keylessPolicy(supplyChain, fields)] });
  const verify = async (image: PushedImage, fields = {}, options: ImageVerifierOptions = {}, supplyChain = chain): Promise<Verdict> =>
    (await verifierFor(policyOf(supplyChain, fields), options)).verify(image.reference);
  /** No signature is asked for, so that only the attestation decides. */
  const requireReview = { signatures: { threshold: 0 }, attestations: [{ name: 'review', custom: { predicateType: REVIEW } }] };
  const reviewOf = (digest: string, options: object = { identity: RELEASE_WORKFLOW }) =>
    legacyAttestationLayer(chain.sigstore, { digest, predicateType: REVIEW, predicate: { reviewed: true }, ...options } as never);
  const attach = async (image: PushedImage, layers: readonly LegacyAttestationLayer[]) =>
    await attachLegacyAttestations(chain.registry, { repository: image.repository, subject: { digest: image.digest }, layers });

  /** An artifact manifest about an image, whatever its layers are. */
  function refer(
    image: PushedImage,
    artifactType: string | undefined,
    layers: readonly object[],
    config: object = emptyConfig(image),
  ): Digest {
    return chain.registry.putManifest(image.repository, undefined, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      ...(artifactType === undefined ? {} : { artifactType }),
      config,
      layers,
      subject: { mediaType: OCI_MANIFEST, digest: image.digest, size: 2 },
    });
  }

  function emptyConfig(image: PushedImage): object {
    return { mediaType: EMPTY, digest: chain.registry.putBlob(image.repository, Buffer.from('{}')), size: 2 };
  }

  describe('when an attestation lies under the legacy tag .att', () => {
    it('counts, with the time of the log', async () => {
      const image = chain.push('acme/att');
      await attach(image, [await reviewOf(image.digest)]);
      expect(await verify(image, requireReview)).toMatchObject({
        outcome: 'verified',
        attestations: [{ predicateType: REVIEW, signer: signerOf(RELEASE_WORKFLOW), signedAt: expect.stringMatching(/^\d{4}-/) as string }],
      });
    });

    it('counts with a key and no log entry', async () => {
      const key = generateSigningKey();
      const image = chain.push('acme/att-key');
      await attach(image, [await reviewOf(image.digest, { key })]);
      const data = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
      const authorities = [{ name: 'release-key', key: { data } }];
      expect(await verify(image, { ...requireReview, authorities })).toMatchObject({ outcome: 'verified' });
    });

    it('is found among others, whatever their annotations say', async () => {
      const image = chain.push('acme/att-many');
      const other = await legacyAttestationLayer(chain.sigstore, {
        digest: image.digest,
        identity: RELEASE_WORKFLOW,
        predicateType: 'https://acme.example/other/v1',
        predicate: {},
      });
      await attach(image, [{ ...other, annotations: { ...other.annotations, predicateType: REVIEW } }]);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
      await attach(image, [other, await reviewOf(image.digest)]);
      expect(await verify(image, requireReview)).toMatchObject({ outcome: 'verified' });
    });

    it.each<[string, (layer: LegacyAttestationLayer) => LegacyAttestationLayer]>([
      ['its payload was changed', (layer) => ({ ...layer, envelope: changePayload(layer.envelope) })],
      ['its log entry is missing', (layer) => ({ ...layer, annotations: without(layer.annotations, 'dev.sigstore.cosign/bundle') })],
      ['its certificate is missing', (layer) => ({ ...layer, annotations: without(layer.annotations, 'dev.sigstore.cosign/certificate') })],
    ])('does not count if %s', async (why, change) => {
      const image = chain.push('acme/att-bad', why.replaceAll(/\W/g, '-'));
      await attach(image, [change(await reviewOf(image.digest))]);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-untrusted'] });
    });

    it('does not count if it is about another image, or by somebody else', async () => {
      const [image, other] = [chain.push('acme/att-foreign'), chain.push('acme/att-foreign', 'other')];
      await attach(image, [await reviewOf(other.digest), await reviewOf(image.digest, { identity: FOREIGN_WORKFLOW })]);
      const codes = ['attestation-untrusted', 'attestation-untrusted'];
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes });
    });

    it('is no evidence with a public key in the place of the certificate (GHSA-fx35-mq7g-6g98)', async () => {
      const key = generateSigningKey();
      const image = chain.push('acme/att-fx35');
      const layer = await reviewOf(image.digest, { key, logged: true });
      const pem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
      await attach(image, [{ ...layer, annotations: { ...layer.annotations, 'dev.sigstore.cosign/certificate': pem } }]);
      expect(await verify(image, requireReview)).toMatchObject({ outcome: 'rejected' });
    });

    it('is no signature of the image', async () => {
      const image = chain.push('acme/att-no-signature');
      await attach(image, [await reviewOf(image.digest)]);
      expect(summary(await verify(image))).toEqual({ outcome: 'rejected', codes: ['attestation-is-not-signature'] });
    });
  });

  describe('when cosign wrote its old layers into referrers (OCI 1.1, experimental)', () => {
    it('finds the signature and the attestation', async () => {
      const image = chain.push('acme/experimental');
      const { payload, annotations } = await chain.sigstore.signLegacy({ digest: image.digest, identity: RELEASE_WORKFLOW });
      const digest = chain.registry.putBlob(image.repository, payload);
      const signature = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest, size: payload.length, annotations };
      refer(image, 'application/vnd.dev.cosign.artifact.sig.v1+json', [signature]);
      refer(
        image,
        'application/vnd.in-toto+json',
        await storeAttestationLayers(chain.registry, image.repository, [await reviewOf(image.digest)]),
      );
      expect(await verify(image, { attestations: requireReview.attestations })).toMatchObject({
        outcome: 'verified',
        evidence: [{ layout: 'legacy-referrer' }],
        attestations: [{ predicateType: REVIEW }],
      });
    });

    it('does not take a statement that nobody signed for an attestation', async () => {
      const image = chain.push('acme/plain-statement');
      const subject = [{ name: 'x', digest: { sha256: image.digest.slice(7) } }];
      const bytes = Buffer.from(
        JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType: REVIEW, predicate: {} }),
      );
      const digest = chain.registry.putBlob(image.repository, bytes);
      refer(image, 'application/vnd.in-toto+json', [{ mediaType: 'application/vnd.in-toto+json', digest, size: bytes.length }]);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
    });
  });

  describe('when signatures lie in another repository (COSIGN_REPOSITORY)', () => {
    const elsewhere = 'signatures/all';
    const options = () => ({
      signatureRepository: valueOf(parseRepository(`${chain.registry.address}/${elsewhere}`)),
    });

    it.each(['bundle', 'legacy'])('finds them there if it is told to look: %s', async (kind) => {
      const image = chain.push(`acme/moved-${kind}`);
      const place = { repository: elsewhere, subject: { digest: image.digest } };
      if (kind === 'bundle') {
        const bundle = await chain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
        await attachBundle(chain.registry, { ...place, bundle });
      } else {
        const signature = await chain.sigstore.signLegacy({ digest: image.digest, identity: RELEASE_WORKFLOW });
        await attachLegacySignatures(chain.registry, { ...place, signatures: [signature] });
      }
      expect(summary(await verify(image))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
      expect(await verify(image, {}, options())).toMatchObject({ outcome: 'verified' });
    });

    it('still counts what lies beside the image, and names both places when there is nothing', async () => {
      const image = chain.push('acme/both');
      expect(JSON.stringify(await verify(image, {}, options()))).toContain(`in ${chain.registry.address}/${elsewhere}`);
      await chain.sign(image, RELEASE_WORKFLOW);
      expect(await verify(image, {}, options())).toMatchObject({ outcome: 'verified' });
    });

    it('does not take the signature of another image there for this one', async () => {
      const [image, other] = [chain.push('acme/mixed'), chain.push('acme/mixed', 'other')];
      const bundle = await chain.sigstore.signImage({ digest: other.digest, identity: RELEASE_WORKFLOW });
      await attachBundle(chain.registry, { repository: elsewhere, subject: { digest: image.digest }, bundle });
      expect(summary(await verify(image, {}, options())).codes).toEqual(['subject-mismatch']);
    });
  });

  describe('when the registry keeps referrers under the fallback tag, as GHCR does', () => {
    it('looks into every manifest, though the index names a wrong artifactType and no annotations', async () => {
      const ghcr = new SupplyChain(await startRegistry({ referrers: false }), chain.running);
      const image = ghcr.push('acme/ghcr');
      const bundle = await chain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      const { digest, size, mediaType } = await attachBundle(ghcr.registry, { repository: image.repository, subject: image, bundle });
      const manifests = [{ mediaType, digest, size, artifactType: EMPTY }];
      ghcr.registry.putManifest(image.repository, referrersTag(image.digest), { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
      expect(await verify(image, {}, {}, ghcr)).toMatchObject({ outcome: 'verified' });
      await ghcr.registry.close();
    });

    it('does not take an image under that tag for "nothing there"', async () => {
      const ghcr = new SupplyChain(await startRegistry({ referrers: false }), chain.running);
      const image = ghcr.push('acme/squatted');
      ghcr.registry.pushImage(image.repository, referrersTag(image.digest));
      expect(summary(await verify(image, {}, {}, ghcr))).toEqual({ outcome: 'undetermined', codes: ['registry-response-invalid'] });
      await ghcr.registry.close();
    });
  });

  describe('when there is only what nobody signed', () => {
    it('does not take the tag .sbom for anything', async () => {
      const image = chain.push('acme/sbom-tag');
      const layers = await storeAttestationLayers(chain.registry, image.repository, [await reviewOf(image.digest)]);
      const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: emptyConfig(image), layers };
      chain.registry.putManifest(image.repository, `${referrersTag(image.digest)}.sbom`, manifest);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
    });

    it('shows attestations of BuildKit and trusts them for nothing', async () => {
      const { image, attestation } = pushIndex('acme/buildkit', ['linux/amd64'], true);
      expect(await verify(image)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'unsigned', unsignedAttestations: [attestation] }],
      });
      expect(await verify(image, requireReview)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'attestation-missing', unsignedAttestations: [attestation] }],
      });
    });
  });

  describe('when it is signed with Notation', () => {
    const notation = 'application/vnd.cncf.notary.signature';

    it.each<[string, (image: PushedImage) => Digest]>([
      ['with an artifact type', (image) => refer(image, notation, [])],
      ['with the type in the config', (image) => refer(image, undefined, [], { ...emptyConfig(image), mediaType: notation })],
    ])('says so, instead of "unsigned": %s', async (name, sign) => {
      const image = chain.push('acme/notation', name.replaceAll(' ', '-'));
      const source = sign(image);
      expect(await verify(image)).toMatchObject({ outcome: 'rejected', findings: [{ code: 'notation-signed', sources: [source] }] });
    });

    it('still verifies by a Sigstore signature beside it', async () => {
      const image = chain.push('acme/notation-and-cosign');
      refer(image, notation, []);
      await chain.sign(image, RELEASE_WORKFLOW);
      expect(await verify(image)).toMatchObject({ outcome: 'verified' });
    });
  });

  describe('when the image is an index', () => {
    const attest = (repository: string, digest: Digest, identity = RELEASE_WORKFLOW) =>
      chain.attest({ repository, digest, reference: '' }, identity, REVIEW);

    it('is verified by attestations about the index', async () => {
      const { image } = pushIndex('acme/whole', ['linux/amd64', 'linux/arm64']);
      await attest(image.repository, image.digest);
      expect(await verify(image, requireReview)).toMatchObject({ outcome: 'verified', attestations: [{ requirement: 'review' }] });
    });

    it('is verified by attestations about every platform, each on its own', async () => {
      const { image, platforms } = pushIndex('acme/each', ['linux/amd64', 'linux/arm64'], true);
      for (const digest of platforms) await attest(image.repository, digest);
      expect(await verify(image, requireReview)).toMatchObject({ outcome: 'verified', attestations: [{}, {}] });
    });

    it('is rejected if one platform lacks them, naming that platform', async () => {
      const { image, platforms } = pushIndex('acme/one-of-two', ['linux/amd64', 'linux/arm64']);
      await attest(image.repository, platforms[0]!);
      const lacking = `${chain.registry.address}/${image.repository}@${platforms[1]!}`;
      expect(await verify(image, requireReview)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'attestation-missing', reference: lacking }],
      });
    });

    it('is rejected if a platform is only marked as an attestation, which runtimes do not care about', async () => {
      const { image, platforms } = pushIndex('acme/marked', ['linux/amd64', 'linux/arm64'], false, (platform) =>
        platform === 'linux/arm64' ? { 'vnd.docker.reference.type': 'attestation-manifest' } : {},
      );
      await attest(image.repository, platforms[0]!);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
    });

    it('is rejected if the attestation of a platform is by somebody else', async () => {
      const { image, platforms } = pushIndex('acme/foreign-platform', ['linux/amd64', 'linux/arm64']);
      await attest(image.repository, platforms[0]!);
      await attest(image.repository, platforms[1]!, FOREIGN_WORKFLOW);
      expect(summary(await verify(image, requireReview))).toEqual({ outcome: 'rejected', codes: ['attestation-untrusted'] });
    });

    it('is rejected if the index says something else than its good platforms', async () => {
      const { image, platforms } = pushIndex('acme/overruled', ['linux/amd64']);
      const reviewed = { custom: { predicateType: REVIEW, fields: [{ path: 'reviewed', equals: true }] } };
      const strict = { ...requireReview, attestations: [{ name: 'review', ...reviewed }] };
      await attach({ ...image, digest: platforms[0]! }, [await reviewOf(platforms[0]!)]);
      expect(await verify(image, strict)).toMatchObject({ outcome: 'verified' });
      await attest(image.repository, image.digest);
      expect(await verify(image, strict)).toMatchObject({ outcome: 'rejected' });
    });

    it('tells one finding about the index if there is nothing anywhere', async () => {
      const { image } = pushIndex('acme/nothing', ['linux/amd64', 'linux/arm64']);
      expect(await verify(image, requireReview)).toMatchObject({ findings: [{ code: 'attestation-missing', reference: image.reference }] });
    });

    it('is not signed by signatures of its platforms', async () => {
      const { image, platforms } = pushIndex('acme/signed-platforms', ['linux/amd64']);
      await chain.sign({ ...image, digest: platforms[0]! }, RELEASE_WORKFLOW);
      expect(summary(await verify(image))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
    });
  });

  function pushIndex(repository: string, names: readonly string[], buildkit = false, annotate: (platform: string) => object = () => ({})) {
    const describe = (digest: Digest, platform: string, annotations: object) => {
      const [os, architecture] = platform.split('/');
      return { mediaType: OCI_MANIFEST, digest, size: 2, platform: { os, architecture }, annotations };
    };
    const platforms = names.map((name) => chain.registry.pushImage(repository, name.replace('/', '-')));
    const attestation = chain.registry.pushImage(repository, 'attestation');
    const reference = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': platforms[0] };
    const manifests = [
      ...platforms.map((digest, index) => describe(digest, names[index] ?? '', annotate(names[index] ?? ''))),
      ...(buildkit ? [describe(attestation, 'unknown/unknown', reference)] : []),
    ];
    const digest = chain.registry.putManifest(repository, 'v1', { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    const image: PushedImage = { repository, digest, reference: `${chain.registry.address}/${repository}@${digest}` };
    return { image, platforms, attestation };
  }
});
