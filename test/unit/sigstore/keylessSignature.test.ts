import fc from 'fast-check';
import { logEntryJson } from '../../support/sigstore/bundles';
import type { BundleJson, BundleOptions, LogEntryJson } from '../../support/sigstore/bundles';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { intotoBody } from '../../support/sigstore/logBodies';
import type { LogBody } from '../../support/sigstore/logBodies';
import { enterIntoLog, generateSigningKey } from '../../support/sigstore/services';
import { publicKeyPem } from '../../support/sigstore/signers';
import { findingOf, loadRoot, valueOf, verifyBundle } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IDENTITY = { issuer: 'https://issuer.test', subject: 'https://ci.test/build@refs/heads/main' };
const HOUR_MS = 3_600_000;

let sigstore: LocalSigstore;
let stranger: LocalSigstore;
let good: BundleJson;

beforeAll(async () => {
  [sigstore, stranger] = await Promise.all([createLocalSigstore(), createLocalSigstore()]);
  good = await sign();
});

const sign = (options: BundleOptions = {}, from = sigstore) => from.signImage({ digest: DIGEST, identity: IDENTITY, ...options });
const root = () => loadRoot(sigstore.trustedRootJson);
const entry = (bundle: BundleJson = good): LogEntryJson => bundle.verificationMaterial.tlogEntries[0]!;
/** With its proof, but without the promise that signs its time. */
const unpromised = (logged: LogEntryJson): LogEntryJson => {
  const bare = { ...logged };
  delete bare.inclusionPromise;
  return bare;
};
const withMaterial = (change: Partial<BundleJson['verificationMaterial']>, bundle = good): BundleJson => ({
  ...bundle,
  verificationMaterial: { ...bundle.verificationMaterial, ...change },
});
const reason = (bundle: object, authority = root(), now?: Date) => {
  const finding = findingOf(verifyBundle(bundle, authority, now));
  expect(finding.code).toBe('signature-invalid');
  return finding.reason;
};

describe('when a keyless signature is sound', () => {
  it.each<[string, BundleOptions]>([
    ['a bundle v0.1', { version: '0.1' }],
    ['a bundle v0.2', { version: '0.2' }],
    ['a bundle v0.3', { version: '0.3' }],
    ['an intoto log entry', { entryKind: 'intoto' }],
    ['a timestamp besides the log', { timestamped: true }],
  ])('verifies %s', async (_what, options) => {
    const bundle = await sign(options);
    const verified = valueOf(verifyBundle(bundle, root()));
    expect(verified.signer).toEqual({ kind: 'certificate', ...IDENTITY });
    expect(verified.trustRoot).toBe('local');
    expect(verified.signedAt).toBe(new Date(Number(entry(bundle).integratedTime) * 1000).toISOString());
    expect(verified.content).toEqual({
      kind: 'dsse',
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(bundle.dsseEnvelope!.payload, 'base64'),
    });
  });

  it('verifies without a log where the trust root asks for timestamps only', async () => {
    const tsaOnly = loadRoot(sigstore.trustedRootJson, { transparencyLog: 0 });
    expect(verifyBundle(await sign({ logged: false, timestamped: true }), tsaOnly).ok).toBe(true);
  });

  it('returns a subject verbatim, whatever it resembles: comparing is not done here', async () => {
    const identity = { ...IDENTITY, subject: `https://evil.test/?x=${IDENTITY.subject}-evil` };
    const verified = valueOf(verifyBundle(await sigstore.signImage({ digest: DIGEST, identity }), root()));
    expect(verified.signer).toEqual({ kind: 'certificate', ...identity });
  });

  it('takes a foreign payload type as it is: judging statements is not done here', async () => {
    const bundle = await sigstore.signPayload(Buffer.from('hello'), { identity: IDENTITY, payloadType: 'text/plain' });
    expect(valueOf(verifyBundle(bundle, root())).content).toEqual({
      kind: 'dsse',
      payloadType: 'text/plain',
      payload: Buffer.from('hello'),
    });
  });
});

describe('when the signer is not vouched for by the trust root', () => {
  it('refuses another certificate authority', async () => {
    expect(reason(await sign({}, stranger))).toMatch(/issued by no authority of this trust root/);
  });

  it('refuses another transparency log', () => {
    const mixed = loadRoot({ ...sigstore.trustedRootJson, tlogs: stranger.trustedRootJson.tlogs });
    expect(reason(good, mixed)).toMatch(/promise of the transparency log is by no log/);
  });

  it('refuses another certificate transparency log', () => {
    const mixed = loadRoot({ ...sigstore.trustedRootJson, ctlogs: stranger.trustedRootJson.ctlogs });
    expect(reason(good, mixed)).toMatch(/\(SCT\) is by no log/);
  });

  it('refuses another timestamp authority', async () => {
    const mixed = loadRoot({ ...sigstore.trustedRootJson, timestampAuthorities: stranger.trustedRootJson.timestampAuthorities });
    expect(reason(await sign({ timestamped: true }), mixed)).toMatch(/timestamp is by no timestamp authority/);
  });

  it('refuses an authority that was not yet, or no longer, trusted when the signature was made', () => {
    const [authority] = sigstore.trustedRootJson.certificateAuthorities;
    const validFor = (range: object) =>
      loadRoot({ ...sigstore.trustedRootJson, certificateAuthorities: [{ ...authority!, validFor: range as never }] });
    expect(reason(good, validFor({ start: '2000-01-01T00:00:00Z', end: '2001-01-01T00:00:00Z' }))).toMatch(/no certificate authority/);
    expect(reason(good, validFor({ start: '2200-01-01T00:00:00Z' }))).toMatch(/no certificate authority/);
  });

  it('refuses a key-signed bundle', async () => {
    expect(reason(await sigstore.signImage({ digest: DIGEST, key: generateSigningKey() }))).toMatch(/made with a key, .* keyless/);
  });
});

describe('when the time does not fit', () => {
  it('refuses a certificate that had expired when the log saw the signature', async () => {
    expect(reason(await sign({ integratedTime: new Date(Date.now() + HOUR_MS) }))).toMatch(/not valid at the time of signing/);
  });

  it('refuses a certificate that did not exist yet', async () => {
    expect(reason(await sign({ integratedTime: new Date(Date.now() - HOUR_MS / 2) }))).toMatch(/not valid at the time of signing/);
  });

  it('refuses a signature from the future', () => {
    expect(reason(good, root(), new Date(Date.now() - HOUR_MS))).toMatch(/still to come/);
  });

  it('does not believe a time without the promise that signs it', () => {
    expect(reason(withMaterial({ tlogEntries: [unpromised(entry())] }))).toMatch(/expected 1 trusted times of signing, got 0/);
  });

  it('refuses a changed time', () => {
    const integratedTime = String(Number(entry().integratedTime) + 1);
    expect(reason(withMaterial({ tlogEntries: [{ ...entry(), integratedTime }] }))).toMatch(/promise of the transparency log/);
  });

  it('refuses the time "-1"', () => {
    reason(withMaterial({ tlogEntries: [{ ...entry(), integratedTime: '-1' }] }));
  });

  it.each(['NaN', '1e9999', '', '007', ' 1'])('does not read the time %j', (integratedTime) => {
    const finding = findingOf(verifyBundle(withMaterial({ tlogEntries: [{ ...entry(), integratedTime }] }), root()));
    expect(finding).toMatchObject({ code: 'signature-malformed', reason: expect.stringContaining('tlogEntries[0].integratedTime') });
  });

  it('refuses a bundle without timestamp under a trust root that asks for timestamps only', async () => {
    const tsaOnly = loadRoot(sigstore.trustedRootJson, { transparencyLog: 0 });
    expect(reason(await sign({ logged: false }), tsaOnly)).toMatch(/expected 1 trusted times of signing, got 0/);
  });

  it('asks for a time even when the trust root asks for none: a certificate lives for minutes', async () => {
    const careless = loadRoot(sigstore.trustedRootJson, { transparencyLog: 0, timestamps: 0 });
    expect(reason(await sign({ logged: false }), careless)).toMatch(/expected 1 trusted times of signing, got 0/);
  });
});

describe('when the content was changed', () => {
  it.each<[string, (bundle: BundleJson) => object]>([
    ['payload', ({ dsseEnvelope }) => ({ payload: Buffer.from(`${dsseEnvelope!.payload} `).toString('base64') })],
    ['payload type', () => ({ payloadType: 'application/json' })],
    ['signature', () => ({ signatures: [{ sig: Buffer.alloc(70, 1).toString('base64') }] })],
  ])('refuses another %s', (_what, change) => {
    reason({ ...good, dsseEnvelope: { ...good.dsseEnvelope, ...change(good) } });
  });

  it.each(['certificate', 'tlogEntries'] as const)('refuses the %s of another signature by the same identity', async (part) => {
    const other = await sign();
    reason(withMaterial({ [part]: other.verificationMaterial[part] }));
  });

  it('refuses the envelope of another signature by the same identity', async () => {
    reason({ ...good, dsseEnvelope: (await sign()).dsseEnvelope });
  });

  it('refuses a good entry accompanied by a foreign one', async () => {
    reason(withMaterial({ tlogEntries: [entry(), entry(await sign())] }));
  });

  it('refuses a timestamp over another signature', async () => {
    const [one, two] = await Promise.all([sign({ timestamped: true }), sign({ timestamped: true })]);
    const { timestampVerificationData } = two.verificationMaterial;
    expect(reason(withMaterial({ timestampVerificationData: timestampVerificationData! }, one))).toMatch(/about another signature/);
  });

  it('never says yes to a bundle with a changed byte, unless nothing that counts has changed', () => {
    const text = JSON.stringify(good);
    const expected = valueOf(verifyBundle(good, root()));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(94), (at, character) => {
        const changed = text.slice(0, at) + String.fromCharCode(32 + character) + text.slice(at + 1);
        const json = parseOrUndefined(changed);
        const result = verifyBundle(json as object, root());
        return !result.ok || (result.value.content.payload.equals(expected.content.payload) && sameSigner(result.value, expected));
      }),
      { numRuns: 150 },
    );
  });
});

const sameSigner = (a: { signer: object }, b: { signer: object }): boolean => JSON.stringify(a.signer) === JSON.stringify(b.signer);

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

describe('when a log entry is made to look like evidence', () => {
  it.each(['dsse', 'intoto'] as const)(
    'refuses a %s entry of this signature under another certificate (CVE-2026-22703)',
    async (entryKind) => {
      const thief = (await sign()).verificationMaterial.certificate!.rawBytes;
      const pem = `-----BEGIN CERTIFICATE-----\n${thief}\n-----END CERTIFICATE-----\n`;
      const logBody = (body: LogBody): LogBody =>
        JSON.parse(
          JSON.stringify(body).replace(/"(verifier|publicKey)":"[^"]+"/, `"$1":"${Buffer.from(pem).toString('base64')}"`),
        ) as LogBody;
      expect(reason(await sign({ entryKind, logBody }))).toMatch(/names another certificate or key/);
    },
  );

  it.each(['dsse', 'intoto'] as const)('refuses a %s entry about another payload', async (entryKind) => {
    const logBody = (body: LogBody): LogBody =>
      JSON.parse(JSON.stringify(body).replace(/("payloadHash":\{[^}]*"value":")[^"]+/, `$1${'0'.repeat(64)}`)) as LogBody;
    expect(reason(await sign({ entryKind, logBody }))).toMatch(/about other content/);
  });

  it('refuses an entry of the old intoto kind, which needs the envelope byte by byte, and says what to do', async () => {
    expect(reason(await sign({ entryKind: 'intoto 0.0.1' }))).toMatch(/intoto 0\.0\.1.*not in a bundle: sign again/);
  });

  it('refuses an entry of an unknown kind', async () => {
    expect(reason(await sign({ logBody: (body) => ({ ...body, kind: 'rfc3161' }) }))).toMatch(/unknown kind rfc3161 0\.0\.1/);
  });

  it('refuses an entry that says another kind than its body', () => {
    const kindVersion = { kind: 'hashedrekord', version: '0.0.1' };
    expect(reason(withMaterial({ tlogEntries: [{ ...entry(), kindVersion }] }))).toMatch(/not of the kind that the bundle says/);
  });

  it.each(['', 'bm90IGpzb24=', 'bnVsbA=='])('refuses the body %j', (canonicalizedBody) => {
    reason(withMaterial({ tlogEntries: [{ ...entry(), canonicalizedBody }] }));
  });

  it('refuses a checkpoint that is not about this entry', async () => {
    const { inclusionProof } = entry(await sign());
    expect(reason(withMaterial({ tlogEntries: [{ ...entry(), inclusionProof: inclusionProof! }] }))).toMatch(/not proved to be in a log/);
  });

  it('refuses the same entry twice', () => {
    reason(withMaterial({ tlogEntries: [entry(), entry()] }));
  });
});

describe('when a threshold asks for several witnesses', () => {
  const asking = (thresholds: object) => ({ ...root(), thresholds: { ...root().thresholds, ...thresholds } });

  it('refuses fewer log entries', () => {
    expect(reason(good, asking({ transparencyLog: 2 }))).toMatch(/expected 2 transparency log entries, got 1/);
  });

  it('counts two entries in one log as one witness (CVE-2026-49834)', async () => {
    const key = generateSigningKey();
    const bundle = await sigstore.signImage({ digest: DIGEST, key, logged: true });
    const body = intotoBody(bundle.dsseEnvelope!, publicKeyPem(key.publicKey));
    const second = logEntryJson(body, await enterIntoLog(sigstore.services, body, new Date(Date.now() - 2000)), '0.3');
    const both = withMaterial({ tlogEntries: [entry(bundle), second] }, bundle);
    const authority = (trustRoot: ReturnType<typeof root>) => ({
      kind: 'key' as const,
      publicKeyPem: publicKeyPem(key.publicKey),
      trustRoot,
    });
    expect(verifyBundle(both, authority(root())).ok).toBe(true);
    const finding = findingOf(verifyBundle(both, authority(asking({ transparencyLog: 2 }))));
    expect(finding.reason).toMatch(/entries in 2 transparency logs, got 1/);
    const times = findingOf(verifyBundle(both, authority(asking({ timestamps: 2 }))));
    expect(times.reason).toMatch(/times from 2 witnesses, got 1/);
  });

  it('refuses fewer times', () => {
    expect(reason(good, asking({ timestamps: 2 }))).toMatch(/expected 2 trusted times of signing, got 1/);
  });

  it('takes a log and a timestamp authority as two witnesses of the time', async () => {
    expect(verifyBundle(await sign({ timestamped: true }), asking({ timestamps: 2 })).ok).toBe(true);
  });

  it('refuses fewer certificate transparency proofs', () => {
    expect(reason(good, asking({ certificateTransparency: 2 }))).toMatch(/expected 2 certificate transparency proofs \(SCT\), got 1/);
  });
});

describe('when the log key was retired before the signature was made (CVE-2026-54787)', () => {
  const retired = () => {
    const [log] = sigstore.trustedRootJson.tlogs;
    const validFor = { start: '2000-01-01T00:00:00Z', end: '2001-01-01T00:00:00Z' };
    return loadRoot({ ...sigstore.trustedRootJson, tlogs: [{ ...log!, publicKey: { ...log!.publicKey, validFor } }] });
  };

  it('refuses its promise', () => {
    expect(reason(good, retired())).toMatch(/promise of the transparency log is by no log/);
  });

  it('refuses its bare proof next to a timestamp', async () => {
    const bundle = await sign({ timestamped: true });
    const proofOnly = withMaterial({ tlogEntries: [unpromised(entry(bundle))] }, bundle);
    expect(valueOf(verifyBundle(proofOnly, root())).trustRoot).toBe('local');
    expect(reason(proofOnly, retired())).toMatch(/key of its transparency log was not valid/);
  });
});

describe('when a bundle signs bytes that it does not carry', () => {
  it('is refused: the digest that it states ties it to nothing', async () => {
    expect(reason(await sigstore.signMessage(Buffer.from('message'), { identity: IDENTITY }))).toMatch(/does not carry/);
  });
});
