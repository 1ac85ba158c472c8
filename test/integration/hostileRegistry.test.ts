import { digestOf } from '../../verification/reference/digest';
import type { Digest } from '../../verification/registry/types';
import type { HostileHandler, HostileRoutes } from '../support/registry';
import { endless, respond, slow, startHostileRegistry } from '../support/registry';
import { startSupplyChain } from '../support/supplyChain';
import type { SupplyChain } from '../support/supplyChain';
import { keylessPolicy, trustPolicyOf, verifierFor } from '../support/verify';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';

const IMAGE = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor('config'), layers: [] });
const DIGEST = digestOf(Buffer.from(IMAGE));
const REFERRERS = `/v2/acme/app/referrers/${DIGEST}`;
const SIGNATURES = `/v2/acme/app/manifests/${DIGEST.replace(':', '-')}.sig`;

function descriptor(name: string, fields: object = {}): { readonly digest: Digest; readonly size: number; readonly mediaType: string } {
  return { mediaType: OCI_MANIFEST, digest: digestOf(Buffer.from(name)), size: 7, ...fields };
}
const json = (content: object, headers: Record<string, string> = {}): HostileHandler =>
  respond(200, JSON.stringify(content), { 'content-type': OCI_INDEX, ...headers });
const index = (manifests: readonly object[]) => ({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
const manifest = (layers: readonly object[]) => ({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor('config'), layers });

/** A registry that wants to keep us busy or fill our memory: bounded work, and an answer that says which bound it was. */
describe('when the registry is hostile', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  /** Only where something is slow does a short time-out decide; elsewhere a busy machine would. */
  async function verify(routes: HostileRoutes, requestTimeoutMs = 30_000) {
    const registry = await startHostileRegistry({ [`/v2/acme/app/manifests/${DIGEST}`]: respond(200, IMAGE), ...routes });
    const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`] })];
    const verifier = await verifierFor(trustPolicyOf(supplyChain, { policies }), {
      registry: { credentials: () => undefined, requestTimeoutMs },
      imageDeadlineMs: 60_000,
    });
    const verdict = await verifier.verify(`${registry.address}/acme/app@${DIGEST}`);
    await registry.close();
    return { verdict, requests: registry.requests };
  }

  it.each<[string, HostileRoutes, string]>([
    [
      '10,000 referrers',
      { [REFERRERS]: json(index(Array.from({ length: 10_000 }, (_, number) => descriptor(`r${number}`)))) },
      'limit-exceeded',
    ],
    [
      '10,000 legacy signatures',
      { [SIGNATURES]: json(manifest(Array.from({ length: 10_000 }, (_, number) => descriptor(`s${number}`)))) },
      'limit-exceeded',
    ],
    ['an endless list of referrers', { [REFERRERS]: endless({ 'content-type': OCI_INDEX }) }, 'limit-exceeded'],
    ['an endless manifest', { [SIGNATURES]: endless() }, 'limit-exceeded'],
    ['slow bytes', { [REFERRERS]: slow() }, 'registry-timeout'],
    [
      'a compressed answer, which may unpack to any size',
      { [REFERRERS]: respond(200, Buffer.alloc(1000), { 'content-encoding': 'gzip' }) },
      'registry-response-invalid',
    ],
    ['a signature of a gigabyte', withLayer({ size: 2 ** 30, mediaType: SIMPLE_SIGNING }), 'limit-exceeded'],
    ['a blob that outgrows its descriptor', withLayer({ size: 100, mediaType: SIMPLE_SIGNING }, endless()), 'limit-exceeded'],
    ['a slow blob', withLayer({ size: 100, mediaType: SIMPLE_SIGNING }, slow()), 'registry-timeout'],
  ])('is bounded by %s', async (_case, routes, code) => {
    const { verdict, requests } = await verify(routes, code === 'registry-timeout' ? 400 : undefined);
    expect(verdict).toMatchObject({
      outcome: 'undetermined',
      findings: expect.arrayContaining([expect.objectContaining({ code })]) as unknown,
    });
    expect(requests.length).toBeLessThan(20);
  });

  function withLayer(fields: object, blob: HostileHandler = respond(404, '')): HostileRoutes {
    const layer = descriptor('layer', fields);
    return { [SIGNATURES]: json(manifest([layer])), [`/v2/acme/app/blobs/${layer.digest}`]: blob };
  }

  it('names the bound before what was not there', async () => {
    const referrers = Array.from({ length: 500 }, (_, number) => descriptor(`r${number}`));
    const { verdict, requests } = await verify({ [REFERRERS]: json(index(referrers)) });
    expect(verdict).toMatchObject({ outcome: 'undetermined', findings: [{ code: 'limit-exceeded' }, ...Array<object>(100).fill({})] });
    expect(requests.length).toBeLessThan(120);
  });

  it('is bounded by pages that never end', async () => {
    let page = 0;
    const next: HostileHandler = (request, response) => {
      page += 1;
      json(index([descriptor(`p${page}`)]), { link: `<${REFERRERS}?page=${page}>; rel="next"` })(request, response);
    };
    const { verdict, requests } = await verify({ [REFERRERS]: next });
    expect(verdict).toMatchObject({ outcome: 'undetermined', findings: [{ code: 'limit-exceeded', limit: '100 pages' }] });
    expect(requests.length).toBeLessThan(120);
  });

  it('reads no more than 64 MiB about one image, however many bundles there are', async () => {
    const layers = Array.from({ length: 40 }, (_, number) => descriptor(`big${number}`, { size: 16 * 1024 * 1024, mediaType: BUNDLE }));
    const body = JSON.stringify(manifest(layers));
    const referrer = descriptor(body);
    const { verdict, requests } = await verify({
      [REFERRERS]: json(index([referrer])),
      [`/v2/acme/app/manifests/${referrer.digest}`]: respond(200, body),
    });
    expect(verdict).toMatchObject({ outcome: 'undetermined' });
    expect(JSON.stringify(verdict)).toContain('64 MiB');
    expect(requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(4);
  });

  it('stops at the deadline of the image, whatever each request may take', async () => {
    const registry = await startHostileRegistry({ '*': slow() });
    const policies = [keylessPolicy(supplyChain, { images: [`${registry.address}/acme/**`] })];
    const options = { registry: { credentials: () => undefined, requestTimeoutMs: 60_000 }, imageDeadlineMs: 200 };
    const verdict = await (
      await verifierFor(trustPolicyOf(supplyChain, { policies }), options)
    ).verify(`${registry.address}/acme/app@${DIGEST}`);
    expect(verdict).toMatchObject({ outcome: 'undetermined', findings: [{ code: 'registry-timeout' }] });
    await registry.close();
  });
});
