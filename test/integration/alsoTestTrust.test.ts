import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';
import { ImageVerifier, loadInlineTrustPolicy } from '../../verification';
import type { Verdict } from '../../verification';
import { fakeInternet, redirectTo, respond, startHostileRegistry } from '../support/registry';
import type { HostileHandler } from '../support/registry';
import { judgeEachTest } from '../support/judge';
import type { Judge } from '../support/judge';
import { SERVER_AUTH_OID, issueCertificate } from '../support/sigstore/certificates';
import type { CertificateOptions, SubjectName } from '../support/sigstore/certificates';
import { createLocalSigstore } from '../support/sigstore/localSigstore';
import { generateSigningKey } from '../support/sigstore/services';
import { callerExtensions } from '../support/sigstore/workflowTokens';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf } from '../support/verify';

/** Certificates, identities, trust roots, bundles and connections that are not as they should be; the rest is in alsoTest.test.ts. */
let supplyChain: SupplyChain;
let judge: Judge;
let image: PushedImage;
judgeEachTest((given) => ({ supplyChain, judge, image } = given));

const INVALID = { outcome: 'rejected', codes: ['signature-invalid'] };
const MALFORMED = { outcome: 'rejected', codes: ['signature-malformed'] };
const NO_ROOT = { outcome: 'undetermined', codes: ['trust-root-unavailable'] };
const sign = async (fields: object = {}) =>
  await supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW, ...fields });

describe('when the authority issued a certificate that an honest Fulcio would not', () => {
  const RELEASE: SubjectName = { kind: 'uri', value: RELEASE_WORKFLOW.subject };
  const FOREIGN: SubjectName = { kind: 'uri', value: FOREIGN_WORKFLOW.subject };

  async function verdictWith(fields: Partial<CertificateOptions>): Promise<Verdict> {
    const key = generateSigningKey();
    const extensions = callerExtensions(RELEASE_WORKFLOW);
    const options = { publicKey: key.publicKey, names: [RELEASE], issuer: RELEASE_WORKFLOW.issuer, extensions, ...fields };
    const certificate = await issueCertificate(supplyChain.sigstore.services, options);
    return judge.bundles(image, [await supplyChain.sigstore.signImage({ digest: image.digest, key, certificate })]);
  }

  it('proper certificate: verified, so that each test below changes one thing', async () => {
    expect((await verdictWith({})).outcome).toBe('verified');
  });

  it.each<[string, Partial<CertificateOptions>]>([
    ['cert CA:true', { certificateAuthority: true }],
    ['serverAuth EKU', { extendedKeyUsages: [SERVER_AUTH_OID] }],
    ['2 SANs, ours first', { names: [RELEASE, FOREIGN] }],
    ['2 SANs, ours last', { names: [FOREIGN, RELEASE] }],
    ['2 SANs of different kinds', { names: [RELEASE, { kind: 'email', value: 'mallory@evil.example' }] }],
  ])('%s: rejected', async (_what, fields) => {
    expect(summary(await verdictWith(fields))).toEqual(INVALID);
  });
});

describe('when an identity is a pattern without anchors', () => {
  const subjectRegExp = 'https://github\\.com/acme/ml-models/[^@]*@refs/heads/main';
  const under = () => {
    const keyless = { trustRoot: 'local', identities: [{ ...RELEASE_WORKFLOW, subject: undefined, subjectRegExp }] };
    return { policies: [keylessPolicy(supplyChain, { authorities: [{ name: 'ci', keyless }] })] };
  };

  it('unanchored identity: matches the whole subject', async () => {
    expect((await judge.bundles(image, [await sign()], under())).outcome).toBe('verified');
  });

  it.each([
    ['more in front', `https://evil.example/?from=${RELEASE_WORKFLOW.subject}`],
    ['more behind', `${RELEASE_WORKFLOW.subject}-evil`],
  ])('unanchored identity: does not match a part, with %s', async (_what, subject) => {
    const bundle = await sign({ identity: { ...RELEASE_WORKFLOW, subject } });
    expect(summary(await judge.bundles(image, [bundle], under()))).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
  });
});

describe('when the trust root is not the right one', () => {
  it.each(['certificateAuthorities', 'tlogs', 'ctlogs'] as const)('trusted root with the wrong instance of %s: rejected', async (field) => {
    const other = (await createLocalSigstore()).trustedRootJson;
    const mixed = { ...supplyChain.sigstore.trustedRootJson, [field]: other[field] };
    expect(summary(await judge.bundles(image, [await sign()], judge.underRoot(mixed)))).toEqual(INVALID);
  });

  it('trusted root with the wrong instance: the root that the authority does not name is no help', async () => {
    const other = judge.underRoot((await createLocalSigstore()).trustedRootJson).trustRoots as readonly object[];
    const ours = { name: 'ours', file: { path: supplyChain.running.trustedRootFile } };
    const under = (trustRoot: string) => {
      const keyless = { trustRoot, identities: [RELEASE_WORKFLOW] };
      return { trustRoots: [...other, ours], policies: [keylessPolicy(supplyChain, { authorities: [{ name: 'ci', keyless }] })] };
    };
    await judge.bundles(image, [await sign()]);
    expect(summary(await judge.verdict(image, under('local')))).toEqual(INVALID);
    expect((await judge.verdict(image, under('ours'))).outcome).toBe('verified');
  });

  it.each(['certificateAuthorities', 'timestampAuthorities'] as const)('missing validFor.start in %s: undetermined', async (field) => {
    const root = supplyChain.sigstore.trustedRootJson;
    const endless = { ...root, [field]: root[field].map((authority) => ({ ...authority, validFor: {} })) };
    expect(summary(await judge.bundles(image, [await sign()], judge.underRoot(endless)))).toEqual(NO_ROOT);
  });

  it.each(['tlogs', 'ctlogs'] as const)('missing validFor.start in %s: undetermined', async (field) => {
    const root = supplyChain.sigstore.trustedRootJson;
    const endless = { ...root, [field]: root[field].map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor: {} } })) };
    expect(summary(await judge.bundles(image, [await sign()], judge.underRoot(endless)))).toEqual(NO_ROOT);
  });

  /** The verdict under a trust root from a TUF repository whose metadata was signed at that time, for a year. */
  async function verdictByTuf(signedAt: Date): Promise<Verdict> {
    const content = JSON.stringify(supplyChain.sigstore.trustedRootJson);
    jest.useFakeTimers({ now: signedAt });
    const handlers = tufHandlers(initializeTUFRepo([{ name: 'trusted_root.json', content }]), { metadataPathPrefix: '' });
    jest.useRealTimers();
    const server = createServer((request, response) => {
      const found = handlers.find((handler) => handler.path === request.url)?.fn() ?? { statusCode: 404, response: '' };
      response.writeHead(found.statusCode).end(found.response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const directory = mkdtempSync(path.join(tmpdir(), 'tuf-root-of-'));
    writeFileSync(path.join(directory, 'root.json'), handlers[0]!.fn().response);
    const cacheHome = jest.replaceProperty(process, 'env', { ...process.env, XDG_CACHE_HOME: directory });
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const policy = trustPolicyOf(supplyChain, { trustRoots: [{ name: 'local', tuf: { url, root: 'root.json' } }] });
      const loaded = await loadInlineTrustPolicy(policy, 'test policy', directory);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding));
      return await new ImageVerifier(loaded.value).verify(image.reference);
    } finally {
      cacheHome.restore();
      server.closeAllConnections();
      server.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it('expired TUF: undetermined, though the same repository was good in its time', async () => {
    await judge.bundles(image, [await sign()]);
    expect((await verdictByTuf(new Date())).outcome).toBe('verified');
    const expired = await verdictByTuf(new Date(Date.now() - 2 * 366 * 24 * 60 * 60 * 1000));
    expect(summary(expired)).toEqual(NO_ROOT);
    expect(JSON.stringify(expired)).toMatch(/expired/i);
  }, 30_000);
});

describe('when a bundle is not of its version', () => {
  it('bundle v0.3 with x509 chain: rejected; that is the form of v0.2', async () => {
    expect((await judge.bundles(image, [await sign({ version: '0.2' })])).outcome).toBe('verified');
    image = judge.push();
    const bundle = await sign();
    const { certificate, ...material } = bundle.verificationMaterial;
    const chained = { ...bundle, verificationMaterial: { ...material, x509CertificateChain: { certificates: [certificate] } } };
    expect(summary(await judge.bundles(image, [chained]))).toEqual(MALFORMED);
  });

  it.each(['application/vnd.dev.sigstore.bundle+json;version=9.9', 'application/vnd.dev.sigstore.bundle.v9.9+json'])(
    'bundle version=9.9 (%s): rejected',
    async (mediaType) => {
      expect(summary(await judge.bundles(image, [{ ...(await sign()), mediaType }]))).toEqual(MALFORMED);
    },
  );
});

describe('when a registry wants a token', () => {
  const challenge = (realm: string): HostileHandler => respond(401, '', { 'www-authenticate': `Bearer realm="${realm}",service="x"` });
  const covering = (registry: string) => ({ policies: [keylessPolicy(supplyChain, { images: [`${registry}/acme/**`] })] });

  it('http realm: undetermined, and no token is asked for', async () => {
    const headers = { 'www-authenticate': 'Bearer realm="http://ghcr.io/token",service="ghcr.io"' };
    const manifest = `https://ghcr.io/v2/acme/model/manifests/${image.digest}`;
    const internet = fakeInternet({
      [manifest]: () => new Response(null, { status: 401, headers }),
      'http://ghcr.io/token': () => Response.json({ token: 'secret' }),
    });
    try {
      const verdict = await judge.verdict({ reference: `ghcr.io/acme/model@${image.digest}` }, covering('ghcr.io'), {
        registry: { credentials: () => ({ kind: 'password', username: 'ann', password: 'hunter2' }) },
      });
      expect(summary(verdict)).toEqual({ outcome: 'undetermined', codes: ['registry-unauthorized'] });
      expect(internet.seen[0]).toEqual({ url: manifest, authorization: null });
      expect(internet.seen.filter(({ url, authorization }) => !url.startsWith('https://ghcr.io/v2/') || authorization !== null)).toEqual(
        [],
      );
    } finally {
      internet.restore();
    }
  });

  it('cross-origin redirect with token: the token stays behind, and the answer is judged like any other', async () => {
    const bytes = await (await fetch(`http://${supplyChain.registry.address}/v2/${image.repository}/manifests/${image.digest}`)).text();
    const elsewhere = await startHostileRegistry({ '/stored': respond(200, bytes) });
    const routes: Record<string, HostileHandler> = { '/token': respond(200, '{"token":"secret-token"}') };
    const registry = await startHostileRegistry(routes);
    // Known only now: the realm is on the registry itself.
    const unauthorized = challenge(`http://${registry.address}/token`);
    routes[`/v2/acme/model/manifests/${image.digest}`] = (request, response) =>
      (request.headers.authorization === undefined ? unauthorized : redirectTo(`http://${elsewhere.address}/stored`))(request, response);
    try {
      const reference = `${registry.address}/acme/model@${image.digest}`;
      expect(summary(await judge.verdict({ reference }, covering(registry.address)))).toEqual({ outcome: 'rejected', codes: ['unsigned'] });
      expect(registry.requests.map(({ headers }) => headers.authorization)).toContain('Bearer secret-token');
      expect(elsewhere.requests.map(({ path: at, headers }) => [at, headers.authorization])).toEqual([['/stored', undefined]]);
    } finally {
      await Promise.all([registry.close(), elsewhere.close()]);
    }
  });
});
