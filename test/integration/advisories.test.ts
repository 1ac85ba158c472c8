import { startHostileRegistry, respond } from '../support/registry';
import { Judge } from '../support/judge';
import { publicKeyPem } from '../support/sigstore/signers';
import type { LogBody } from '../support/sigstore/logBodies';
import { BUNDLE_ANNOTATION, CERTIFICATE_ANNOTATION, OCI_INDEX_MEDIA_TYPE } from '../support/sigstore/wireFormats';
import { generateSigningKey } from '../support/sigstore/services';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary } from '../support/verify';

/**
 * One test for each published vulnerability of this field that applies to us: what went wrong there does not go wrong here. Rows that need no
 * code of ours, or whose code has tests of its own elsewhere, are named at the end.
 */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
beforeAll(async () => {
  supplyChain = await startSupplyChain();
  judge = new Judge(supplyChain);
});
beforeEach(() => {
  image = judge.push();
});
afterAll(async () => supplyChain.stop());

const INVALID = { outcome: 'rejected', codes: ['signature-invalid'] };
const UNSIGNED = { outcome: 'rejected', codes: ['unsigned'] };
const TYPE = 'https://acme.example/review/v1';
const sign = (fields: object = {}) => supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW, ...fields });
const attest = (fields: object = {}) =>
  supplyChain.sigstore.attest({ digest: image.digest, identity: RELEASE_WORKFLOW, predicateType: TYPE, predicate: {}, ...fields });
const entriesOf = (bundle: Awaited<ReturnType<typeof sign>>) => bundle.verificationMaterial.tlogEntries;
const withEntries = <T extends Awaited<ReturnType<typeof sign>>>(bundle: T, tlogEntries: readonly object[]) => ({
  ...bundle,
  verificationMaterial: { ...bundle.verificationMaterial, tlogEntries },
});

describe('when nothing is wrong', () => {
  it('is verified: the other tests change one thing', async () => {
    expect((await judge.bundles(image, [await sign()])).outcome).toBe('verified');
    expect((await judge.verdict(image, judge.underRoot(supplyChain.sigstore.trustedRootJson))).outcome).toBe('verified');
    expect((await judge.bundles(judge.push(), [])).outcome).toBe('rejected');
    image = judge.push();
    expect((await judge.bundles(image, [await attest()], judge.requiring(TYPE))).outcome).toBe('verified');
    image = judge.push();
    const legacy = await supplyChain.sigstore.signLegacy({ digest: image.digest, identity: RELEASE_WORKFLOW });
    expect((await judge.legacy(image, [legacy])).outcome).toBe('verified');
    image = judge.push();
    expect((await judge.bundles(image, [await sign({ timestamped: true })])).outcome).toBe('verified');
  });
});

describe('policies that are not applied', () => {
  it.each([
    ['issuer', { ...RELEASE_WORKFLOW, issuer: 'https://issuer.example' }],
    ['subject', { ...RELEASE_WORKFLOW, subject: 'https://ci.example' }],
    ['subject as a pattern', { issuer: RELEASE_WORKFLOW.issuer, subjectRegExp: 'https://github\\.com/acme/other/.*' }],
  ])('CVE-2026-48815 sigstore: no identity field is ignored (%s)', async (_field, identity) => {
    const authorities = [{ name: 'ci', keyless: { trustRoot: 'local', identities: [identity] } }];
    const policies = [keylessPolicy(supplyChain, { authorities })];
    expect(summary(await judge.bundles(image, [await sign()], { policies }))).toEqual({
      outcome: 'rejected',
      codes: ['identity-mismatch'],
    });
  });

  it('GHSA-pmwq-pjrm-6p5r in-toto: identities know no globs', async () => {
    const authorities = [
      {
        name: 'ci',
        keyless: { trustRoot: 'local', identities: [{ issuer: RELEASE_WORKFLOW.issuer, subject: 'https://github.com/acme/*' }] },
      },
    ];
    const verdict = await judge.bundles(image, [await sign()], { policies: [keylessPolicy(supplyChain, { authorities })] });
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
  });

  it('CVE-2022-35929 cosign, CVE-2022-35930 policy-controller: no attestation of the required type is a rejection', async () => {
    const other = await attest({ predicateType: 'https://acme.example/other/v1' });
    expect(summary(await judge.bundles(image, [other], judge.requiring(TYPE)))).toEqual({
      outcome: 'rejected',
      codes: ['attestation-missing'],
    });
  });

  it('CVE-2026-39395 cosign: a payload that cannot be read satisfies nothing', async () => {
    const junk = await supplyChain.sigstore.signPayload(Buffer.from('{"predicateType":'), { identity: RELEASE_WORKFLOW });
    expect((await judge.bundles(image, [junk], judge.requiring(TYPE))).outcome).toBe('rejected');
    expect((await judge.verdict(image)).outcome).toBe('rejected');
  });

  it('GHSA-r2xv-vpr2-42m9 slsa-verifier: an attestation about another image satisfies nothing', async () => {
    const foreign = await attest({ digest: judge.push().digest });
    expect(summary(await judge.bundles(image, [foreign], judge.requiring(TYPE)))).toEqual({
      outcome: 'rejected',
      codes: ['attestation-untrusted'],
    });
  });

  it('CVE-2026-44310 gitsign: an empty certificate, or whatever else makes a parser throw, is never a success', async () => {
    const bundle = await sign();
    for (const rawBytes of ['', 'AA==', 'MAA=', 'MIIB']) {
      const verificationMaterial = { ...bundle.verificationMaterial, certificate: { rawBytes } };
      const target = judge.push();
      expect((await judge.bundles(target, [{ ...bundle, verificationMaterial }])).outcome).toBe('rejected');
    }
  });
});

describe('transparency logs that are not consulted', () => {
  it('sigstore-js #1659: a time without a promise of the log is no trusted time', async () => {
    const bundle = await sign();
    const [entry = {}] = entriesOf(bundle);
    expect(
      summary(await judge.bundles(image, [withEntries(bundle, [{ ...entry, inclusionPromise: undefined, integratedTime: '1700000000' }])])),
    ).toEqual(INVALID);
  });

  it('CVE-2026-22703 cosign: the entry of another signature does not count', async () => {
    const [mine, other] = [await sign(), await sign()];
    expect(summary(await judge.bundles(image, [withEntries(mine, entriesOf(other))]))).toEqual(INVALID);
  });

  it('CVE-2026-22703 cosign: an entry that names another certificate does not count', async () => {
    const stranger = Buffer.from(publicKeyPem(generateSigningKey().publicKey)).toString('base64');
    const logBody = (body: LogBody): LogBody => {
      const { signatures, ...spec } = body.spec as { signatures: readonly object[] };
      return { ...body, spec: { ...spec, signatures: signatures.map((item) => ({ ...item, verifier: stranger })) } };
    };
    expect(summary(await judge.bundles(image, [await sign({ logBody })]))).toEqual(INVALID);
  });

  it('CVE-2022-23649 cosign: a legacy signature with the log entry of another one does not count', async () => {
    const legacy = () => supplyChain.sigstore.signLegacy({ digest: image.digest, identity: RELEASE_WORKFLOW });
    const [mine, other] = [await legacy(), await legacy()];
    const annotations = { ...mine.annotations, [BUNDLE_ANNOTATION]: other.annotations[BUNDLE_ANNOTATION] ?? '' };
    expect(summary(await judge.legacy(image, [{ ...mine, annotations }]))).toEqual(INVALID);
  });

  it('CVE-2024-51746 gitsign: of several entries all must be about this signature', async () => {
    const [mine, other] = [await sign(), await sign()];
    expect(summary(await judge.bundles(image, [withEntries(mine, [...entriesOf(mine), ...entriesOf(other)])]))).toEqual(INVALID);
  });

  it('sigstore-js 4.1.3: repeated entries, entries of a foreign log and junk bodies do not count', async () => {
    const bundle = await sign();
    const [entry = {}] = entriesOf(bundle);
    const tampered = [[entry, entry], [{ ...entry, logId: { keyId: Buffer.alloc(32).toString('base64') } }]];
    for (const entries of [...tampered, [{ ...entry, canonicalizedBody: Buffer.from('{').toString('base64') }]]) {
      expect(summary(await judge.bundles(judge.push(), [withEntries(bundle, entries)])).outcome).toBe('rejected');
    }
  });

  it('CVE-2026-49834 sigstore-go: two entries in one log are one witness', async () => {
    const thresholds = { transparencyLog: 2 };
    const { tlogs, ...root } = supplyChain.sigstore.trustedRootJson;
    const [log] = tlogs;
    const twoLogs = { ...root, tlogs: [log, { ...log, logId: { keyId: Buffer.alloc(32, 1).toString('base64') } }] };
    const bundle = await sign();
    const again = entriesOf(await sign())[0];
    const verdict = await judge.bundles(
      image,
      [withEntries(bundle, [...entriesOf(bundle), again ?? {}])],
      judge.underRoot(twoLogs, thresholds),
    );
    expect(summary(verdict)).toEqual(INVALID);
  });

  it('CVE-2026-54787 sigstore-go: a log key that was retired before the signature does not count', async () => {
    const { tlogs, ...root } = supplyChain.sigstore.trustedRootJson;
    const end = new Date(Date.now() - 30 * 60 * 1000).toISOString();
    const retired = tlogs.map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor: { ...log.publicKey.validFor, end } } }));
    expect(summary(await judge.bundles(image, [await sign()], judge.underRoot({ ...root, tlogs: retired })))).toEqual(INVALID);
  });

  it('CVE-2023-47122 gitsign: log keys come from the trust root, never from a log that is asked', async () => {
    const other = await startSupplyChain();
    try {
      const bundle = await other.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW });
      expect(summary(await judge.bundles(image, [bundle]))).toEqual(INVALID);
    } finally {
      await other.stop();
    }
  });
});

describe('keys and certificates from the wrong hands', () => {
  it('GHSA-fx35-mq7g-6g98 cosign: a public key in the place of a certificate vouches for nobody', async () => {
    const key = generateSigningKey();
    const signature = await supplyChain.sigstore.signLegacy({ digest: image.digest, key, logged: true });
    const annotations = { ...signature.annotations, [CERTIFICATE_ANNOTATION]: publicKeyPem(key.publicKey) };
    expect(summary(await judge.legacy(image, [{ ...signature, annotations }]))).toEqual({
      outcome: 'rejected',
      codes: ['signature-malformed'],
    });
  });

  it('CVE-2022-36056 cosign: signature, certificate and entry of different signings do not go together', async () => {
    const [mine, other] = [await sign(), await sign({ identity: FOREIGN_WORKFLOW })];
    const mixes = [
      { ...other, verificationMaterial: mine.verificationMaterial },
      { ...other, verificationMaterial: { ...other.verificationMaterial, certificate: mine.verificationMaterial.certificate } },
      { ...mine, dsseEnvelope: { ...mine.dsseEnvelope, signatures: other.dsseEnvelope?.signatures } },
    ];
    for (const mix of mixes) expect(summary(await judge.bundles(judge.push(), [mix])).outcome).toBe('rejected');
  });

  it('CVE-2026-24122 cosign: an authority that had expired when it was used does not count', async () => {
    const { certificateAuthorities, ...root } = supplyChain.sigstore.trustedRootJson;
    const end = new Date(Date.now() - 30 * 60 * 1000).toISOString();
    const expired = certificateAuthorities.map((ca) => ({ ...ca, validFor: { ...ca.validFor, end } }));
    const policy = judge.underRoot({ ...root, certificateAuthorities: expired });
    expect(summary(await judge.bundles(image, [await sign()], policy))).toEqual(INVALID);
  });

  it('CVE-2026-39984 timestamp-authority: a timestamp by an authority that the trust root does not name does not count', async () => {
    const other = await startSupplyChain();
    try {
      const root = supplyChain.sigstore.trustedRootJson;
      const { timestampAuthorities } = other.sigstore.trustedRootJson;
      const policy = judge.underRoot({ ...root, timestampAuthorities });
      expect(summary(await judge.bundles(image, [await sign({ timestamped: true })], policy))).toEqual(INVALID);
    } finally {
      await other.stop();
    }
  });

  it('TOB-SIGSTORE skip_tlog: a keyless signature that nothing timed does not count, however the certificate is dated', async () => {
    expect(summary(await judge.bundles(image, [await sign({ logged: false })]))).toEqual(INVALID);
  });

  it.each([
    ['before the certificate', -24 * 60 * 60 * 1000],
    ['in the future', 60 * 60 * 1000],
  ])('TOB-SIGSTORE times: a log time %s does not count', async (_what, offset) => {
    expect(summary(await judge.bundles(image, [await sign({ integratedTime: new Date(Date.now() + offset) })]))).toEqual(INVALID);
  });

  it('TOB-SIGSTORE multi-signature envelopes: two signatures in one bundle are refused', async () => {
    const [mine, other] = [await sign(), await sign()];
    const signatures = [...(mine.dsseEnvelope?.signatures ?? []), ...(other.dsseEnvelope?.signatures ?? [])];
    expect(summary(await judge.bundles(image, [{ ...mine, dsseEnvelope: { ...mine.dsseEnvelope, signatures } }]))).toEqual({
      outcome: 'rejected',
      codes: ['signature-malformed'],
    });
  });

  it('CVE-2026-44309 gitsign: the original bytes are verified, not a tidied copy', async () => {
    const bundle = await sign();
    const payload = Buffer.from(bundle.dsseEnvelope?.payload ?? '', 'base64').toString();
    const spaced = Buffer.from(payload.replace('{', '{ ')).toString('base64');
    expect(summary(await judge.bundles(image, [{ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: spaced } }]))).toEqual(
      INVALID,
    );
  });
});

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

  it('CVE-2024-45395 sigstore-go: a bundle with 100,000 log entries is refused before anything is verified', async () => {
    const bundle = await sign();
    const [entry = {}] = entriesOf(bundle);
    const flood = withEntries(
      bundle,
      Array.from({ length: 100_000 }, () => ({ ...entry, canonicalizedBody: '' })),
    );
    expect(['signature-malformed', 'limit-exceeded']).toContain(summary(await judge.bundles(image, [flood])).codes[0]);
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

/*
 * Elsewhere, with tests of their own:
 * - sigstore-js 85c5838 (oci 0.7.1) credentials chosen by part of a name, CVE-2025-27403 Ratify: test/unit/registry/{authentication,dockerConfig}.
 * - CVE-2023-42814, -42815, -42816 Kyverno, CVE-2023-33957, -33958 notation: unbounded input; test/unit/registry/{ociClient,referrers,transport}.
 * - CVE-2026-24137 sigstore TUF, TOB-SIGSTORE raw cache reads: test/unit/sigstore/publicGoodTrustRoot (one fixed target, read through the client).
 * - TOB-SIGSTORE validity borrowed from another authority: test/unit/sigstore/keylessSignature.
 * Nothing to test:
 * - CVE-2024-56138 notation-go: revocation of timestamp authorities. Sigstore has none; a trust root drops an authority (docs/trust-model.md).
 */
