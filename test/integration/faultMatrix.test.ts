import http from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Verdict } from '../../verification';
import type { Digest } from '../../verification/registry/types';
import type { HostileHandler } from '../support/registry';
import { respond, silent, slow, startFaultyRegistry, startRegistry, truncated } from '../support/registry';
import { startLocalSigstore } from '../support/sigstore/startLocalSigstore';
import type { RunningSigstore } from '../support/sigstore/startLocalSigstore';
import { attachLegacyAttestations, legacyAttestationLayer } from '../support/sigstore/legacyAttestations';
import { attachBundle } from '../support/sigstore/attach';
import { RELEASE_WORKFLOW, SupplyChain } from '../support/supplyChain';
import type { PushedImage } from '../support/supplyChain';
import { keylessPolicy, trustPolicyOf, verifierFor } from '../support/verify';

/**
 * Every kind of call that verification makes x every way in which it can go wrong. The image is well signed each time, so that only the
 * fault can decide. It does not show what happens when two calls fail at once.
 */

const PREDICATE_TYPE = 'https://acme.example/review/v1';
const OTHER_DIGEST = `sha256:${'9'.repeat(64)}` as Digest;

const FAULTS = [
  'refused',
  'DNS failure',
  'TLS failure',
  '401',
  '403',
  '404',
  '429',
  '500',
  'hang',
  'slow',
  'truncated',
  'wrong digest',
  'wrong type',
  'HTML',
] as const;
type Fault = (typeof FAULTS)[number];

/** A well signed image and the one call about it that will fail. */
interface Scene {
  readonly supplyChain: SupplyChain;
  readonly image: PushedImage;
  readonly tag?: string;
  readonly attested?: boolean;
  /** Whether a path (with query) is the call. */
  readonly isCall: (path: string) => boolean;
  /** How a finding names the call. */
  readonly named: RegExp;
}

type Call =
  | 'token'
  | 'manifest by tag'
  | 'manifest by digest'
  | 'referrers API'
  | 'fallback tag'
  | 'referrer manifest'
  | 'bundle blob'
  | 'legacy signature manifest'
  | 'legacy signature blob'
  | 'legacy attestation manifest'
  | 'legacy attestation blob';

const CALLS: readonly Call[] = [
  'token',
  'manifest by tag',
  'manifest by digest',
  'referrers API',
  'fallback tag',
  'referrer manifest',
  'bundle blob',
  'legacy signature manifest',
  'legacy signature blob',
  'legacy attestation manifest',
  'legacy attestation blob',
];

/**
 * Here 404 is an answer and not a fault: "this registry has no referrers API", "there is no such tag". The registry says so itself, and no
 * client could tell a lie from the truth. The verdict is then about what the registry shows, and still never `verified`.
 */
const NOT_FOUND_IS_AN_ANSWER: ReadonlySet<Call> = new Set<Call>([
  'referrers API',
  'fallback tag',
  'legacy signature manifest',
  'legacy attestation manifest',
]);

const HANDLERS: Record<Exclude<Fault, 'refused' | 'DNS failure' | 'TLS failure'>, HostileHandler> = {
  '401': respond(401, '{"errors":[{"code":"UNAUTHORIZED"}]}'),
  '403': respond(403, '{"errors":[{"code":"DENIED"}]}'),
  '404': respond(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', { 'content-type': 'application/json' }),
  '429': respond(429, '{"errors":[{"code":"TOOMANYREQUESTS"}]}'),
  '500': respond(500, 'out of order'),
  hang: silent(),
  slow: slow(),
  truncated: truncated(JSON.stringify({ schemaVersion: 2, layers: [], manifests: [] })),
  // A tag has no digest that we know beforehand, but the registry names one in its header: bytes that were changed on the way do not fit it.
  'wrong digest': respond(200, JSON.stringify({ schemaVersion: 2, layers: [] }), { 'docker-content-digest': OTHER_DIGEST }),
  'wrong type': respond(200, '{"hello":"world"}', { 'content-type': 'application/json' }),
  HTML: respond(200, '<!DOCTYPE html><title>Sign in</title>', { 'content-type': 'text/html; charset=utf-8' }),
};

describe.each(CALLS)('when the call fails: %s', (call) => {
  let sigstore: RunningSigstore;
  let scene: Scene;
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    scene = await SCENES[call](sigstore);
  });
  afterAll(() => scene.supplyChain.stop());

  it('verifies while nothing fails, so that only the fault can decide', async () => {
    expect(await verify(scene)).toMatchObject({ outcome: 'verified' });
  });

  it.each(FAULTS)('is neither verified nor unsigned, and says which call: %s', async (fault) => {
    const verdict = await verify(scene, fault);
    expect(verdict.outcome).not.toBe('verified');
    if (verdict.outcome === 'verified') return;
    if (fault === '404' && NOT_FOUND_IS_AN_ANSWER.has(call)) {
      expect(verdict.outcome).toBe('rejected');
      return;
    }
    const codes = verdict.findings.map(({ code }) => code);
    expect(codes).not.toContain('unsigned');
    expect(codes).not.toContain('attestation-missing');
    expect(JSON.stringify(verdict.findings)).toMatch(scene.named);
    // Other bytes for the image itself are an answer: this is not the image that was asked for.
    const tampered =
      (fault === 'wrong digest' && (call === 'manifest by tag' || call === 'manifest by digest')) ||
      (fault === 'wrong type' && call === 'manifest by digest');
    expect(verdict.outcome).toBe(tampered ? 'rejected' : 'undetermined');
  });
});

describe('when an optional path fails and the rest suffices', () => {
  it.each(FAULTS.filter((fault) => fault !== '404'))(
    'is verified by the bundle though the legacy tag cannot be read: %s',
    async (fault) => {
      const scene = await bundleScene(await startLocalSigstore(), {}, (image) => manifestOf(`${hexTag(image.digest)}.sig`));
      expect(await verify(scene, fault)).toMatchObject({ outcome: 'verified', evidence: [{ layout: 'bundle-referrer' }] });
      await scene.supplyChain.stop();
    },
  );

  it('is not verified by an attestation at hand while another place of attestations cannot be read: it might hold a newer one', async () => {
    const scene = await SCENES['legacy attestation manifest'](await startLocalSigstore());
    const blind = { ...scene, isCall: (path: string) => path.includes('/referrers/') };
    expect(await verify(blind, '500')).toMatchObject({ outcome: 'undetermined' });
    await scene.supplyChain.stop();
  });
});

const hexTag = (digest: string): string => digest.replace(':', '-');
const manifestOf = (reference: string) => (path: string) => path.split('?')[0]?.endsWith(`/manifests/${reference}`) === true;
const blobOf = (digest: string) => (path: string) => path.endsWith(`/blobs/${digest}`);

type Options = Parameters<typeof startRegistry>[0];

async function bundleScene(
  running: RunningSigstore,
  options: Options,
  isCall: (image: PushedImage, bundle: { readonly manifest: string; readonly blob: string }) => (path: string) => boolean,
  named = /./,
): Promise<Scene> {
  const supplyChain = new SupplyChain(await startRegistry(options), running);
  const image = supplyChain.push('acme/model', 'v1');
  const bundle = Buffer.from(JSON.stringify(await supplyChain.sigstore.signImage({ digest: image.digest, identity: RELEASE_WORKFLOW })));
  const fallbackTag = options?.referrers === false;
  const { digest } = await attachBundle(supplyChain.registry, {
    repository: image.repository,
    subject: { digest: image.digest },
    bundle,
    fallbackTag,
  });
  const blob = supplyChain.registry.putBlob(image.repository, bundle);
  return { supplyChain, image, isCall: isCall(image, { manifest: digest, blob }), named };
}

async function legacyScene(
  running: RunningSigstore,
  isCall: (image: PushedImage) => (path: string) => boolean,
  named: RegExp,
): Promise<Scene> {
  const supplyChain = new SupplyChain(await startRegistry(), running);
  const image = supplyChain.push('acme/model', 'v1');
  await supplyChain.signLegacy(image, RELEASE_WORKFLOW);
  return { supplyChain, image, isCall: isCall(image), named };
}

async function attestedScene(
  running: RunningSigstore,
  isCall: (image: PushedImage, blob: string) => (path: string) => boolean,
  named: RegExp,
): Promise<Scene> {
  const supplyChain = new SupplyChain(await startRegistry(), running);
  const image = supplyChain.push('acme/model', 'v1');
  await supplyChain.sign(image, RELEASE_WORKFLOW);
  const layer = await legacyAttestationLayer(supplyChain.sigstore, {
    digest: image.digest,
    identity: RELEASE_WORKFLOW,
    predicateType: PREDICATE_TYPE,
    predicate: { reviewed: true },
  });
  await attachLegacyAttestations(supplyChain.registry, {
    repository: image.repository,
    subject: { digest: image.digest },
    layers: [layer],
  });
  const blob = supplyChain.registry.putBlob(image.repository, layer.envelope);
  return { supplyChain, image, attested: true, isCall: isCall(image, blob), named };
}

const BEARER = { auth: { kind: 'bearer', username: 'ann', password: 'pw', anonymousPull: true } } as const;

const SCENES: Record<Call, (running: RunningSigstore) => Promise<Scene>> = {
  token: (running) => bundleScene(running, BEARER, () => (path) => path.startsWith('/token'), /get a token for acme\/model|token service/),
  'manifest by tag': async (running) => ({
    ...(await bundleScene(running, {}, () => manifestOf('v1'), /acme\/model:v1/)),
    tag: 'v1',
  }),
  'manifest by digest': (running) => bundleScene(running, {}, (image) => manifestOf(image.digest), /acme\/model@sha256:/),
  'referrers API': (running) => bundleScene(running, {}, () => (path) => path.includes('/referrers/'), /list referrers of sha256:/),
  'fallback tag': (running) =>
    bundleScene(
      running,
      { referrers: false },
      (image) => manifestOf(hexTag(image.digest)),
      /acme\/model:sha256-[0-9a-f]{64}"|list referrers|sha256-/,
    ),
  'referrer manifest': (running) => bundleScene(running, {}, (_image, { manifest }) => manifestOf(manifest), /acme\/model@sha256:/),
  'bundle blob': (running) => bundleScene(running, {}, (_image, { blob }) => blobOf(blob), /read blob sha256:|blob sha256:/),
  'legacy signature manifest': (running) =>
    legacyScene(running, (image) => manifestOf(`${hexTag(image.digest)}.sig`), /sha256-[0-9a-f]{64}\.sig/),
  'legacy signature blob': (running) => legacyScene(running, () => (path) => path.includes('/blobs/'), /blob sha256:/),
  'legacy attestation manifest': (running) =>
    attestedScene(running, (image) => manifestOf(`${hexTag(image.digest)}.att`), /sha256-[0-9a-f]{64}\.att/),
  'legacy attestation blob': (running) => attestedScene(running, (_image, blob) => blobOf(blob), /blob sha256:/),
};

/** Verifies the image of a scene through a registry that fails one kind of call; deadlines are short where waiting is the test. */
async function verify(scene: Scene, fault?: Fault): Promise<Verdict> {
  const { supplyChain, image, isCall } = scene;
  const broken =
    fault === undefined || fault === 'refused' || fault === 'DNS failure' || fault === 'TLS failure' ? undefined : HANDLERS[fault];
  const registry = await startFaultyRegistry(supplyChain.registry.address, (path) => (isCall(path) ? broken : undefined));
  const wire = breakWire(registry.address, supplyChain.registry.address, isCall, fault);
  const requirements = scene.attested === true ? { attestations: [{ name: 'review', custom: { predicateType: PREDICATE_TYPE } }] } : {};
  const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`], ...requirements })];
  const waiting = fault === 'hang' || fault === 'slow';
  const verifier = await verifierFor(trustPolicyOf(supplyChain, { policies }), {
    registry: { credentials: () => undefined, limits: { retryDelayMs: 1 }, ...(waiting && { requestTimeoutMs: 500 }) },
  });
  const suffix = scene.tag === undefined ? `@${image.digest}` : `:${scene.tag}`;
  const verdict = await verifier.verify(`${registry.address}/${image.repository}${suffix}`);
  wire.mockRestore();
  await registry.close();
  return verdict;
}

/** Faults below HTTP, for one call: a port where nobody listens, a name that does not exist, TLS to something that speaks none. */
function breakWire(address: string, target: string, isCall: (path: string) => boolean, fault: Fault | undefined): jest.SpyInstance {
  type Request = (url: URL | string, options: RequestOptions, answered?: (message: IncomingMessage) => void) => ClientRequest;
  const original = http.request as Request;
  const broken: Request = (url, options, answered) => {
    const { host, pathname, search } = new URL(url);
    if (host !== address || !isCall(`${pathname}${search}`)) return original(url, options, answered);
    if (fault === 'refused') return original('http://127.0.0.1:1/', options);
    if (fault === 'TLS failure') return https.request(`https://${target}/`, { ...options, agent: new https.Agent() });
    if (fault === 'DNS failure') return original('http://registry.acme.example/', { ...options, lookup: nameUnknown });
    return original(url, options, answered);
  };
  return jest.spyOn(http, 'request').mockImplementation(broken);
}

const nameUnknown: LookupFunction = (hostname, _options, answer) => {
  answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '');
};
