import { startRegistry } from '../support/registry';
import { Judge, judgeEachTest } from '../support/judge';
import { attachBundle, referrersTag, storeBlob } from '../support/sigstore/attach';
import type { Descriptor } from '../support/sigstore/attach';
import {
  COSIGN_SIGN_PREDICATE_TYPE,
  OCI_EMPTY_MEDIA_TYPE,
  OCI_INDEX_MEDIA_TYPE,
  OCI_MANIFEST_MEDIA_TYPE,
  STATEMENT_TYPE,
} from '../support/sigstore/wireFormats';
import { RELEASE_WORKFLOW, SupplyChain } from '../support/supplyChain';
import type { PushedImage } from '../support/supplyChain';
import { keylessPolicy, summary } from '../support/verify';

/**
 * Odd evidence that no published vulnerability is named after, one test each: what a statement says, and where evidence lies. Every signature
 * here is by the expected workflow and cryptographically sound. Certificates, trust roots, bundles and connections: alsoTestTrust.test.ts.
 */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
judgeEachTest((given) => ({ supplyChain, judge, image } = given));

const REVIEW = 'https://acme.example/review/v1';
const CYCLONEDX = 'https://cyclonedx.org/bom';
const SPDX = 'https://spdx.dev/Document';
const OTHER_HEX = '5'.repeat(64);
const BOM = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ type: 'library', name: 'openssl', version: '3.0.1' }] };

const hexOf = ({ digest }: { readonly digest: string }): string => digest.slice('sha256:'.length);
const attest = async (predicateType: string, predicate: object = {}) =>
  await supplyChain.sigstore.attest({ digest: image.digest, identity: RELEASE_WORKFLOW, predicateType, predicate });
const signText = async (text: string, payloadType?: string) =>
  await supplyChain.sigstore.signPayload(Buffer.from(text), { identity: RELEASE_WORKFLOW, ...(payloadType && { payloadType }) });

/** The statement of an image signature; `subject` is JSON text, so that a test can write what no object can hold. */
const statement = (subject: string, type = STATEMENT_TYPE): string =>
  `{"_type":"${type}","subject":${subject},"predicateType":"${COSIGN_SIGN_PREDICATE_TYPE}","predicate":{}}`;
const subjectOf = (hex: string): string => `[{"digest":{"sha256":"${hex}"}}]`;

const requiringSbom = () => ({
  policies: [keylessPolicy(supplyChain, { signatures: { threshold: 0 }, attestations: [{ name: 'contents', sbom: {} }] })],
});

describe('when a statement names its subject oddly', () => {
  it('plain subject: verified, so that each test below changes one thing', async () => {
    expect((await judge.bundles(image, [await signText(statement(subjectOf(hexOf(image))))])).outcome).toBe('verified');
  });

  it.each<[string, (hex: string) => string]>([
    ['uppercase subject digest', (hex) => subjectOf(hex.toUpperCase())],
    ['short subject digest', (hex) => subjectOf(hex.slice(0, 12))],
    ['sha512 subject digest', (hex) => `[{"digest":{"sha512":"${hex}${hex}"}}]`],
    ['sha256 under the name sha512', (hex) => `[{"digest":{"sha512":"${hex}"}}]`],
    ['subject with __proto__', (hex) => `[{"__proto__":{"digest":{"sha256":"${hex}"}}}]`],
    ['digest set with __proto__', (hex) => `[{"digest":{"__proto__":{"sha256":"${hex}"}}}]`],
    ['2 subjects, none matching', (hex) => `[{"digest":{"sha256":"${OTHER_HEX}"}},{"name":"${hex}","digest":{"sha1":"${hex}"}}]`],
  ])('%s: rejected', async (_what, subject) => {
    const verdict = await judge.bundles(image, [await signText(statement(subject(hexOf(image))))]);
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['subject-mismatch'] });
  });

  it('2 subjects, one matching: verified', async () => {
    const subject = `[{"name":"other","digest":{"sha256":"${OTHER_HEX}"}},{"digest":{"sha256":"${hexOf(image)}"}}]`;
    expect(await judge.bundles(image, [await signText(statement(subject))])).toMatchObject({ outcome: 'verified', digest: image.digest });
  });
});

describe('when a payload is an odd statement', () => {
  it('statement v0.1: verified, since cosign wrote it before 3.0', async () => {
    const text = statement(subjectOf(hexOf(image)), 'https://in-toto.io/Statement/v0.1');
    expect((await judge.bundles(image, [await signText(text)])).outcome).toBe('verified');
  });

  it.each(['https://in-toto.io/Statement/v9', 'https://in-toto.io/statement/v1', ''])('statement of type "%s": rejected', async (type) => {
    const verdict = await judge.bundles(image, [await signText(statement(subjectOf(hexOf(image)), type))]);
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['signature-malformed'] });
  });

  it.each<[string, (hex: string) => string]>([
    ['subject, ours first', (hex) => `${subjectOf(hex)},"subject":${subjectOf(OTHER_HEX)}`],
    ['subject, ours last', (hex) => `${subjectOf(OTHER_HEX)},"subject":${subjectOf(hex)}`],
    ['sha256, ours last', (hex) => `[{"digest":{"sha256":"${OTHER_HEX}","sha256":"${hex}"}}]`],
    ['predicateType, a signature last', (hex) => `${subjectOf(hex)},"predicateType":"${REVIEW}"`],
  ])('duplicate JSON keys (%s): rejected', async (_what, fields) => {
    const verdict = await judge.bundles(image, [await signText(statement(fields(hexOf(image))))]);
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['signature-malformed'] });
  });

  it('payloadType application/json: rejected, as a signature and as an attestation', async () => {
    const text = statement(subjectOf(hexOf(image)));
    expect(summary(await judge.bundles(image, [await signText(text, 'application/json')]))).toEqual({
      outcome: 'rejected',
      codes: ['signature-malformed'],
    });
    image = judge.push();
    const review = statement(subjectOf(hexOf(image))).replace(COSIGN_SIGN_PREDICATE_TYPE, REVIEW);
    expect((await judge.bundles(image, [await signText(review, 'application/json')], judge.requiring(REVIEW))).outcome).toBe('rejected');
    // The same statement under its own payload type would have been enough.
    image = judge.push();
    expect((await judge.bundles(image, [await attest(REVIEW)], judge.requiring(REVIEW))).outcome).toBe('verified');
  });
});

describe('when type and content of an attestation differ', () => {
  it('CycloneDX under its own predicateType: verified', async () => {
    expect((await judge.bundles(image, [await attest(CYCLONEDX, BOM)], requiringSbom())).outcome).toBe('verified');
  });

  it('CycloneDX inside the predicateType of SPDX: rejected as malformed', async () => {
    expect(summary(await judge.bundles(image, [await attest(SPDX, BOM)], requiringSbom()))).toEqual({
      outcome: 'rejected',
      codes: ['predicate-malformed'],
    });
  });

  it('CycloneDX inside a predicateType that is no bill of materials: rejected as missing', async () => {
    expect(summary(await judge.bundles(image, [await attest(REVIEW, BOM)], requiringSbom()))).toEqual({
      outcome: 'rejected',
      codes: ['attestation-missing'],
    });
  });

  it('annotation predicateType != signed one: the signed one counts', async () => {
    const attach = async (signed: string, annotated: string) => {
      image = judge.push();
      const place = { repository: image.repository, subject: { digest: image.digest } };
      await attachBundle(supplyChain.registry, { ...place, bundle: await attest(signed), predicateType: annotated });
    };
    await attach(CYCLONEDX, REVIEW);
    expect(summary(await judge.verdict(image, judge.requiring(REVIEW)))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
    await attach(REVIEW, CYCLONEDX);
    expect((await judge.verdict(image, judge.requiring(REVIEW))).outcome).toBe('verified');
    await attach(REVIEW, COSIGN_SIGN_PREDICATE_TYPE);
    expect(summary(await judge.verdict(image))).toEqual({ outcome: 'rejected', codes: ['attestation-is-not-signature'] });
  });
});

describe('when evidence lies in the wrong place', () => {
  it('.sbom tag alone: nobody looks there, whatever it holds', async () => {
    const { registry } = supplyChain;
    const layers = [
      await storeBlob(registry, image.repository, 'application/vnd.cyclonedx+json', BOM),
      await storeBlob(registry, image.repository, 'application/vnd.dev.sigstore.bundle.v0.3+json', await attest(CYCLONEDX, BOM)),
    ];
    const config = await storeBlob(registry, image.repository, OCI_EMPTY_MEDIA_TYPE, {});
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST_MEDIA_TYPE, config, layers };
    registry.putManifest(image.repository, `${referrersTag(image.digest)}.sbom`, manifest);
    registry.clearRequests();
    expect(summary(await judge.verdict(image, requiringSbom()))).toEqual({ outcome: 'rejected', codes: ['attestation-missing'] });
    expect(summary(await judge.verdict(image))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
    expect(registry.requests.filter(({ path }) => path.includes('.sbom'))).toEqual([]);
  });

  describe('and the registry has no referrers API', () => {
    let ghcr: SupplyChain;
    let there: Judge;
    beforeEach(async () => {
      ghcr = new SupplyChain(await startRegistry({ referrers: false }), supplyChain.running);
      there = new Judge(ghcr);
      image = ghcr.push('acme/model');
    });
    afterEach(async () => ghcr.registry.close());

    /** Another image in the same repository, well signed; its referrer is returned. */
    async function pushSigned(): Promise<Descriptor> {
      const digest = ghcr.registry.pushImage(image.repository, 'signed', { layers: [Buffer.from('other')] });
      const bundle = await ghcr.sigstore.signImage({ digest, identity: RELEASE_WORKFLOW });
      return await attachBundle(ghcr.registry, { repository: image.repository, subject: { digest }, bundle, fallbackTag: true });
    }
    const listUnderTag = (manifests: readonly object[]) =>
      ghcr.registry.putManifest(image.repository, referrersTag(image.digest), {
        schemaVersion: 2,
        mediaType: OCI_INDEX_MEDIA_TYPE,
        manifests,
      });

    it('own referrer under the fallback tag: verified', async () => {
      const bundle = await ghcr.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      await attachBundle(ghcr.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, fallbackTag: true });
      expect((await there.verdict(image)).outcome).toBe('verified');
    });

    it("fallback tag pointing to someone's image: undetermined, not unsigned", async () => {
      await pushSigned();
      ghcr.registry.pushImage(image.repository, referrersTag(image.digest), { layers: [Buffer.from('other')] });
      expect(summary(await there.verdict(image))).toEqual({ outcome: 'undetermined', codes: ['registry-response-invalid'] });
    });

    it("fallback tag with an index that lists someone's signed image: unsigned", async () => {
      await pushSigned();
      const answer = await fetch(`http://${ghcr.registry.address}/v2/${image.repository}/manifests/signed`);
      const size = (await answer.arrayBuffer()).byteLength;
      const digest = answer.headers.get('docker-content-digest') ?? '';
      listUnderTag([{ mediaType: OCI_MANIFEST_MEDIA_TYPE, digest, size }]);
      expect(summary(await there.verdict(image))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
    });

    it('referrer whose subject is another digest: not read, and told', async () => {
      const foreign = await pushSigned();
      listUnderTag([foreign]);
      ghcr.registry.clearRequests();
      const verdict = await there.verdict(image);
      expect(verdict).toMatchObject({ outcome: 'rejected', findings: [{ code: 'unsigned', foreignReferrers: [foreign.digest] }] });
      expect(ghcr.registry.requests.filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
    });

    it('referrer whose subject is another digest: does not count, although its signed statement is about this image', async () => {
      const other = ghcr.registry.pushImage(image.repository, 'other', { layers: [Buffer.from('other')] });
      const bundle = await ghcr.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      const misplaced = await attachBundle(ghcr.registry, {
        repository: image.repository,
        subject: { digest: other },
        bundle,
        fallbackTag: true,
      });
      listUnderTag([misplaced]);
      expect(summary(await there.verdict(image))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
    });

    it('referrer whose subject is this image, and whose signed statement is about another: rejected by the statement', async () => {
      const digest = ghcr.registry.pushImage(image.repository, 'other', { layers: [Buffer.from('other')] });
      const bundle = await ghcr.sigstore.signImage({ digest, identity: RELEASE_WORKFLOW });
      await attachBundle(ghcr.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, fallbackTag: true });
      expect(summary(await there.verdict(image))).toEqual({ outcome: 'rejected', codes: ['subject-mismatch'] });
    });

    it('referrers of another image beside our own: verified', async () => {
      const foreign = await pushSigned();
      const bundle = await ghcr.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      const own = await attachBundle(ghcr.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
      listUnderTag([foreign, own]);
      expect((await there.verdict(image)).outcome).toBe('verified');
    });
  });
});
