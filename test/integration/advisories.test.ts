import { judgeEachTest } from '../support/judge';
import type { Judge } from '../support/judge';
import { logEntryJson } from '../support/sigstore/bundles';
import { intotoBody } from '../support/sigstore/logBodies';
import type { LogBody } from '../support/sigstore/logBodies';
import { certificatePem, publicKeyPem } from '../support/sigstore/signers';
import { BUNDLE_ANNOTATION, CERTIFICATE_ANNOTATION } from '../support/sigstore/wireFormats';
import { issueCertificate, issueIntermediate } from '../support/sigstore/certificates';
import { enterIntoLog, generateSigningKey } from '../support/sigstore/services';
import { callerExtensions } from '../support/sigstore/workflowTokens';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary } from '../support/verify';

/**
 * One test for each published vulnerability of this field that applies to us: what went wrong there does not go wrong here. Rows that need no
 * code of ours, or whose code has tests of its own elsewhere, are named at the end; what registries do is in advisoriesRegistries.test.ts.
 */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
judgeEachTest((given) => ({ supplyChain, judge, image } = given));

const INVALID = { outcome: 'rejected', codes: ['signature-invalid'] };
/** The same under a trust root of which a part has ended, which is told beside. */
const INVALID_AND_ENDED = { outcome: 'rejected', codes: ['signature-invalid', 'trust-root-expiring'] };
/** In seconds: November 2023. */
const LONG_AGO = '1700000000';
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
    ['subject as a pattern', { ...RELEASE_WORKFLOW, subject: undefined, subjectRegExp: 'https://github\\.com/acme/other/.*' }],
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
        keyless: { trustRoot: 'local', identities: [{ ...RELEASE_WORKFLOW, subject: 'https://github.com/acme/*' }] },
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
    const unpromised = (of: typeof bundle) =>
      withEntries(of, [{ ...entriesOf(of)[0], inclusionPromise: undefined, integratedTime: LONG_AGO }]);
    expect(summary(await judge.bundles(image, [unpromised(bundle)]))).toEqual(INVALID);
    // Beside a timestamp the proof counts, and its time still does not.
    image = judge.push();
    const verdict = await judge.bundles(image, [unpromised(await sign({ timestamped: true }))]);
    expect(verdict).toMatchObject({ outcome: 'verified', evidence: [{ signedAt: expect.stringMatching(/^20[2-9]\d-/) as string }] });
    expect(JSON.stringify(verdict)).not.toContain('2023-');
  });

  it('CVE-2026-22703 cosign: the entry of another signature does not count', async () => {
    const [mine, other] = [await sign(), await sign()];
    expect(summary(await judge.bundles(image, [withEntries(mine, entriesOf(other))]))).toEqual(INVALID);
  });

  it.each(['bundle', 'legacy'])(
    'CVE-2026-22703, CVE-2022-23649 cosign: the entry of another signature by the same key does not count (%s)',
    async (layout) => {
      const key = generateSigningKey();
      const authorities = [{ name: 'key', key: { data: publicKeyPem(key.publicKey), trustRoot: 'local' } }];
      const policy = { policies: [keylessPolicy(supplyChain, { authorities })] };
      const signer = { digest: image.digest, key, logged: true };
      if (layout === 'bundle') {
        const [mine, other] = [await supplyChain.sigstore.signImage(signer), await supplyChain.sigstore.signImage(signer)];
        expect(summary(await judge.bundles(image, [withEntries(mine, entriesOf(other))], policy))).toEqual(INVALID);
        expect((await judge.bundles(image, [mine], policy)).outcome).toBe('verified');
      } else {
        const [mine, other] = [await supplyChain.sigstore.signLegacy(signer), await supplyChain.sigstore.signLegacy(signer)];
        const annotations = { ...mine.annotations, [BUNDLE_ANNOTATION]: other.annotations[BUNDLE_ANNOTATION] ?? '' };
        expect(summary(await judge.legacy(image, [{ ...mine, annotations }], policy))).toEqual(INVALID);
        expect((await judge.legacy(image, [mine], policy)).outcome).toBe('verified');
      }
    },
  );

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
    const certificate = certificatePem(Buffer.from(bundle.verificationMaterial.certificate?.rawBytes ?? '', 'base64'));
    const body = intotoBody(bundle.dsseEnvelope!, certificate);
    const again = logEntryJson(body, await enterIntoLog(supplyChain.sigstore.services, body, new Date(Date.now() + 2000)), '0.3');
    const both = withEntries(bundle, [...entriesOf(bundle), again]);
    expect(summary(await judge.bundles(image, [both], judge.underRoot(twoLogs, thresholds)))).toEqual(INVALID);
    expect((await judge.verdict(image, judge.underRoot(twoLogs))).outcome).toBe('verified');
  });

  it('CVE-2026-54787 sigstore-go: a log key that was retired before the signature does not count', async () => {
    const { tlogs, ...root } = supplyChain.sigstore.trustedRootJson;
    const end = new Date(Date.now() - 30 * 60 * 1000).toISOString();
    const retired = tlogs.map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor: { ...log.publicKey.validFor, end } } }));
    expect(summary(await judge.bundles(image, [await sign()], judge.underRoot({ ...root, tlogs: retired })))).toEqual(INVALID_AND_ENDED);
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
    expect(summary(await judge.bundles(image, [await sign()], policy))).toEqual(INVALID_AND_ENDED);
  });

  it.each([
    ['with a log entry', {}, {}],
    ['with a timestamp and no log', { timestamped: true, logged: false }, { transparencyLog: 0 }],
  ])('CVE-2026-24122 cosign: a certificate by an intermediate that had expired does not count, %s', async (_what, evidence, thresholds) => {
    const { services, trustedRootJson } = supplyChain.sigstore;
    const verdictUnder = async (...validity: readonly [number, number]) => {
      const times = validity.map((minutes) => new Date(Date.now() + minutes * 60_000)) as [Date, Date];
      const intermediate = issueIntermediate(services, generateSigningKey(), times);
      const key = generateSigningKey();
      const certificate = await issueCertificate(services, {
        publicKey: key.publicKey,
        names: [{ kind: 'uri', value: RELEASE_WORKFLOW.subject }],
        issuer: RELEASE_WORKFLOW.issuer,
        extensions: callerExtensions(RELEASE_WORKFLOW),
        issuedBy: intermediate,
      });
      const certificateAuthorities = trustedRootJson.certificateAuthorities.map((authority) => {
        const certificates = [{ rawBytes: intermediate.certificate.toString('base64') }, ...authority.certChain.certificates];
        return { ...authority, certChain: { certificates } };
      });
      const target = judge.push();
      const bundle = await supplyChain.sigstore.signImage({ digest: target.digest, key, certificate, ...evidence });
      return judge.bundles(target, [bundle], judge.underRoot({ ...trustedRootJson, certificateAuthorities }, thresholds));
    };
    expect((await verdictUnder(-50, 50)).outcome).toBe('verified');
    expect(summary(await verdictUnder(-50, -10))).toEqual(INVALID_AND_ENDED);
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

  it('CVE-2026-39984 timestamp-authority: the certificates that a timestamp brings along are not looked at', async () => {
    const [authority] = supplyChain.sigstore.trustedRootJson.timestampAuthorities;
    const leaf = Buffer.from(authority?.certChain.certificates[0]?.rawBytes ?? '', 'base64');
    const bundle = await sign({ timestamped: true });
    const { timestampVerificationData, ...material } = bundle.verificationMaterial;
    const token = Buffer.from(timestampVerificationData?.rfc3161Timestamps[0]?.signedTimestamp ?? '', 'base64');
    const at = token.indexOf(leaf);
    expect(at).toBeGreaterThan(0);
    // Nothing signs them: in their place could stand what somebody forged.
    token.fill(0x41, at + leaf.length - 64, at + leaf.length);
    const rfc3161Timestamps = [{ signedTimestamp: token.toString('base64') }];
    const forged = { ...bundle, verificationMaterial: { ...material, timestampVerificationData: { rfc3161Timestamps } } };
    expect((await judge.bundles(image, [forged], judge.underRoot(supplyChain.sigstore.trustedRootJson, { timestamps: 2 }))).outcome).toBe(
      'verified',
    );
  });

  it('TOB-SIGSTORE skip_tlog: a keyless signature that nothing timed does not count, however the certificate is dated', async () => {
    expect(summary(await judge.bundles(image, [await sign({ logged: false })]))).toEqual(INVALID);
  });

  it.each([
    ['before the certificate', -24 * 60 * 60 * 1000],
    ['in the future, while the certificate still lives', 8 * 60 * 1000],
  ])('TOB-SIGSTORE times: a log time %s does not count', async (_what, offset) => {
    expect(summary(await judge.bundles(image, [await sign({ integratedTime: new Date(Date.now() + offset) })]))).toEqual(INVALID);
  });

  it('TOB-SIGSTORE multi-signature envelopes: two signatures in one bundle are refused', async () => {
    const [mine, other] = [await sign(), await sign()];
    const signatures = [...(mine.dsseEnvelope?.signatures ?? []), ...(other.dsseEnvelope?.signatures ?? [])];
    const verdict = await judge.bundles(image, [{ ...mine, dsseEnvelope: { ...mine.dsseEnvelope, signatures } }]);
    expect(summary(verdict)).toEqual({ outcome: 'rejected', codes: ['signature-malformed'] });
  });

  it('CVE-2026-44309 gitsign: the original bytes are verified, not a tidied copy', async () => {
    const bundle = await sign();
    const payload = Buffer.from(bundle.dsseEnvelope?.payload ?? '', 'base64').toString();
    const spaced = Buffer.from(payload.replace('{', '{ ')).toString('base64');
    const tidied = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: spaced } };
    expect(summary(await judge.bundles(image, [tidied]))).toEqual(INVALID);
    // With a key and no log, there is nothing but the signature to notice it.
    image = judge.push();
    const key = generateSigningKey();
    const policy = {
      policies: [keylessPolicy(supplyChain, { authorities: [{ name: 'key', key: { data: publicKeyPem(key.publicKey) } }] })],
    };
    const { dsseEnvelope, ...keyed } = await sign({ identity: undefined, key });
    const spaces = Buffer.from(
      Buffer.from(dsseEnvelope?.payload ?? '', 'base64')
        .toString()
        .replace('{', '{ '),
    ).toString('base64');
    expect(summary(await judge.bundles(image, [{ ...keyed, dsseEnvelope: { ...dsseEnvelope, payload: spaces } }], policy))).toEqual(
      INVALID,
    );
  });
});

/*
 * Elsewhere, with tests of their own:
 * - sigstore-js 85c5838 (oci 0.7.1) credentials chosen by part of a name, CVE-2025-27403 Ratify: test/unit/registry/{authentication,dockerConfig}.
 * - CVE-2023-42814, -42815, -42816 Kyverno, CVE-2023-33957, -33958 notation: unbounded input; test/unit/registry/{ociClient,referrers,transport}.
 * - CVE-2026-24137 sigstore TUF, TOB-SIGSTORE raw cache reads: test/unit/sigstore/tufTrustRoot (one fixed target, read through the client).
 * - TOB-SIGSTORE validity borrowed from another authority: test/unit/sigstore/keylessSignature.
 * Nothing to test:
 * - CVE-2024-56138 notation-go: revocation of timestamp authorities. Sigstore has none; a trust root drops an authority (docs/trust-model.md).
 */
