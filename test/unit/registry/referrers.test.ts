import { digestOf } from '../../../verification/reference/digest';
import { nextLink } from '../../../verification/registry/linkHeader';
import { fallbackTag } from '../../../verification/registry/referrers';
import type { Descriptor, Digest, ReferrersFound } from '../../../verification/registry/types';
import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import type { HostileHandler, HostileRegistry, HostileRoutes, LocalRegistry } from '../../support/registry';
import {
  findingOf,
  patient,
  redirectTo,
  repositoryAt,
  respond,
  silent,
  startHostileRegistry,
  startRegistry,
  testClient,
  valueOf,
} from '../../support/registry';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SUBJECT = digestOf(Buffer.from('the image'));
const API = `/v2/team/app/referrers/${SUBJECT}`;
const FALLBACK = `/v2/team/app/manifests/${fallbackTag(SUBJECT)}`;

function descriptor(name: string): Descriptor {
  return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf(Buffer.from(name)), size: 7, annotations: {} };
}

function index(...names: readonly string[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: names.map(descriptor) });
}

function page(body: string, headers: Record<string, string> = {}): HostileHandler {
  return respond(200, body, { 'content-type': INDEX, ...headers });
}

function digestsOf(names: readonly string[]): readonly Digest[] {
  return names.map((name) => descriptor(name).digest);
}

describe('when the registry is honest', () => {
  let registry: LocalRegistry;
  afterEach(async () => registry.close());

  it.each([
    ['the referrers API', { referrers: true }],
    ['pages of the referrers API', { referrers: true, referrersPageSize: 2 }],
    ['the fallback tag', { referrers: false }],
  ])('lists by %s', async (_case, options) => {
    registry = await startRegistry(options);
    const subject = registry.pushImage('team/app', 'v1');
    const other = registry.pushImage('team/app', 'v2');
    registry.pushReferrer('team/app', other, { artifactType: BUNDLE, layers: [Buffer.from('other')] });
    const pushed = Array.from({ length: 5 }, (_, number) =>
      registry.pushReferrer('team/app', subject, {
        artifactType: BUNDLE,
        layers: [Buffer.from(`bundle ${number}`)],
        annotations: { n: `${number}` },
      }),
    );
    const listed = valueOf(await testClient().referrers(repositoryAt(registry.address), subject, patient()));
    expect(listed.map(({ digest }) => digest)).toEqual(pushed);
    expect(listed[0]).toMatchObject({ artifactType: BUNDLE, annotations: { n: '0' } });
  });

  it.each([true, false])('lists nothing where nothing is (referrers API: %s)', async (referrers) => {
    registry = await startRegistry({ referrers });
    const subject = registry.pushImage('team/app', 'v1');
    expect(valueOf(await testClient().referrers(repositoryAt(registry.address), subject, patient()))).toEqual([]);
  });
});

describe('when the registry is not', () => {
  let registry: HostileRegistry;
  afterEach(async () => registry.close());

  /** Of the API; the fallback tag is read meanwhile. */
  const pagesAsked = () => registry.requests.filter(({ path }) => path.includes('/referrers/'));

  async function list(routes: HostileRoutes, options: RegistryClientOptions = {}): Promise<ReferrersFound> {
    registry = await startHostileRegistry(routes);
    return await testClient(options).referrers(repositoryAt(registry.address), SUBJECT, patient());
  }

  it.each([400, 404, 405, 406])('uses the fallback tag after %i', async (status) => {
    const listed = valueOf(await list({ [API]: respond(status, ''), [FALLBACK]: page(index('a', 'b')) }));
    expect(listed.map(({ digest }) => digest)).toEqual(digestsOf(['a', 'b']));
  });

  it.each<[string, HostileHandler]>([
    ['a page for people', respond(200, '<html>', { 'content-type': 'text/html' })],
    ['something else', respond(200, '{}', { 'content-type': 'application/json' })],
    ['an empty list', page(index())],
    ['an empty list, as Go writes it', page(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: null }))],
  ])('uses the fallback tag when the API answers %s', async (_case, api) => {
    expect(valueOf(await list({ [API]: api, [FALLBACK]: page(index('a')) }))).toHaveLength(1);
  });

  it.each<[string, HostileHandler]>([
    ['a page for people', respond(200, '<html>', { 'content-type': 'text/html' })],
    ['something else', respond(200, '{}', { 'content-type': 'application/json' })],
  ])('does not take %s for "nothing there" when there is no fallback tag either', async (_case, api) => {
    expect(findingOf(await list({ [API]: api }), 'registry-response-invalid').operation).toBe(`list referrers of ${SUBJECT}`);
  });

  it('joins what the API and the fallback tag list, by digest', async () => {
    const found = await list({ [API]: page(index('a', 'b')), [FALLBACK]: page(index('b', 'c')) });
    expect(valueOf(found).map(({ digest }) => digest)).toEqual(digestsOf(['a', 'b', 'c']));
    expect(found.byTagAlone).toEqual(new Set(digestsOf(['c'])));
  });

  it.each<[string, HostileHandler, HostileHandler, readonly string[], Parameters<typeof findingOf>[1]]>([
    ['the API fails', respond(503, ''), page(index('a')), ['a'], 'registry-unreachable'],
    ['the fallback tag cannot be read', page(index('a')), respond(500, ''), ['a'], 'registry-unreachable'],
    ['the fallback tag is refused', page(index('a')), respond(403, ''), ['a'], 'registry-unauthorized'],
    ['an entry of the API cannot be read', page('{"manifests":[{"digest":"x"}]}'), page(index('b')), ['b'], 'registry-response-invalid'],
    [
      'the registry filtered its list, unasked',
      page(index('a'), { 'oci-filters-applied': 'artifactType' }),
      page(index('b')),
      ['a', 'b'],
      'registry-response-invalid',
    ],
  ])('has what it could read when %s', async (_case, api, fallback, names, code) => {
    const found = await list({ [API]: api, [FALLBACK]: fallback }, { requestTimeoutMs: 200 });
    findingOf(found, code);
    expect(found.value?.map(({ digest }) => digest)).toEqual(digestsOf(names));
  });

  it.each<[string, string]>([
    ['an image', JSON.stringify({ schemaVersion: 2, layers: [] })],
    ['an index with twins', index('b').replace('"digest"', '"Digest":"x","digest"')],
  ])('does not doubt the API for a fallback tag that is %s', async (_case, junk) => {
    const found = await list({ [API]: page(index('a')), [FALLBACK]: page(junk) });
    expect(valueOf(found).map(({ digest }) => digest)).toEqual(digestsOf(['a']));
    expect(found).toMatchObject({ unreadable: { code: 'registry-response-invalid', stored: digestOf(Buffer.from(junk)) } });
  });

  it('reads the digest of an entry whose other fields are odd', async () => {
    const odd = { ...descriptor('a'), artifactType: 'x'.repeat(1000), annotations: { n: 1 }, size: 'many' };
    const found = await list({ [API]: page(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [odd, descriptor('b')] })) });
    expect(valueOf(found).map(({ digest }) => digest)).toEqual(digestsOf(['a', 'b']));
  });

  it('accepts an index under a general content type', async () => {
    expect(valueOf(await list({ [API]: respond(200, index('a'), { 'content-type': 'application/json; charset=utf-8' }) }))).toHaveLength(1);
  });

  it('lists each digest once', async () => {
    expect(valueOf(await list({ [API]: page(index('a', 'b', 'a')) })).map(({ digest }) => digest)).toEqual(digestsOf(['a', 'b']));
  });

  it.each<[string, HostileHandler, Parameters<typeof findingOf>[1]]>([
    ['is in trouble', respond(503, ''), 'registry-unreachable'],
    ['refuses', respond(403, ''), 'registry-unauthorized'],
    ['is silent', silent(), 'registry-timeout'],
    ['redirects to plain http', redirectTo('http://example.com/'), 'registry-redirect-refused'],
    ['answers junk as index', page('{"manifests":'), 'registry-response-invalid'],
    ['answers an object without list as index', page('{}'), 'registry-response-invalid'],
    ['answers a list that is none', page('{"manifests":{}}'), 'registry-response-invalid'],
    ['answers broken descriptors', page('{"manifests":[{"digest":"x"}]}'), 'registry-response-invalid'],
    ['answers an unexpected status', respond(418, ''), 'registry-response-invalid'],
  ])('does not take it for "none" when the API %s', async (_case, api, code) => {
    findingOf(await list({ [API]: api, [FALLBACK]: page(index('a')) }, { requestTimeoutMs: 200 }), code);
  });

  it.each<[string, HostileHandler, Parameters<typeof findingOf>[1]]>([
    ['cannot be read', respond(500, ''), 'registry-unreachable'],
    ['is refused', respond(401, ''), 'registry-unauthorized'],
    ['is an image', page(JSON.stringify({ schemaVersion: 2, layers: [] })), 'registry-response-invalid'],
    ['is a page for people', respond(404, '<html>', { 'content-type': 'text/html' }), 'registry-response-invalid'],
  ])('does not take it for "none" when the fallback tag %s', async (_case, fallback, code) => {
    findingOf(await list({ [API]: respond(404, ''), [FALLBACK]: fallback }), code);
  });

  it('bounds the number of referrers, in one page and in all (CVE-2023-46737)', async () => {
    const names = Array.from({ length: 11 }, (_, number) => `${number}`);
    const limits = { referrers: 10 };
    findingOf(await list({ [API]: page(index(...names)) }, { limits }), 'limit-exceeded');
    await registry.close();
    findingOf(await list({ [API]: respond(404, ''), [FALLBACK]: page(index(...names)) }, { limits }), 'limit-exceeded');
    await registry.close();
    let from = 0;
    const pages: HostileHandler = (request, response) => {
      page(index(`${(from += 1)}`), { link: `<${API}?from=${from}>; rel="next"` })(request, response);
    };
    findingOf(await list({ [API]: pages }, { limits }), 'limit-exceeded');
    expect(pagesAsked()).toHaveLength(11);
  });

  it('bounds the number of pages, empty ones too', async () => {
    let from = 0;
    const endlessPages: HostileHandler = (request, response) => {
      page(index(), { link: `<${API}?from=${(from += 1)}>; rel="next"` })(request, response);
    };
    const finding = findingOf(await list({ [API]: endlessPages }, { limits: { referrersPages: 7 } }), 'limit-exceeded');
    expect(finding.limit).toBe('7 pages');
    expect(pagesAsked()).toHaveLength(7);
  });

  it('bounds the bytes of all pages together', async () => {
    let from = 0;
    const wide: HostileHandler = (request, response) => {
      const content = { schemaVersion: 2, manifests: [], annotations: { filler: 'x'.repeat(1_000) } };
      respond(200, JSON.stringify(content), { 'content-type': INDEX, link: `<${API}?from=${(from += 1)}>; rel="next"` })(request, response);
    };
    const finding = findingOf(await list({ [API]: wide }, { limits: { referrersBytes: 5_000 } }), 'limit-exceeded');
    expect(finding.limit).toBe('5000 bytes in all pages');
    expect(pagesAsked()).toHaveLength(5);
  });

  it('does not walk in circles', async () => {
    const result = await list({ [API]: page(index('a'), { link: `<${API}?p=2>; rel="next"` }) });
    expect(findingOf(result, 'registry-response-invalid').found).toContain('circle');
    expect(pagesAsked()).toHaveLength(2);
  });

  it('does not accept half a list', async () => {
    let asked = 0;
    const breaking: HostileHandler = (request, response) => {
      asked += 1;
      const answer = asked === 1 ? page(index('a'), { link: `<${API}?p=2>; rel="next"` }) : respond(404, '');
      answer(request, response);
    };
    findingOf(await list({ [API]: breaking, [FALLBACK]: page(index('b')) }), 'registry-response-invalid');
  });

  it.each([
    ['another origin', 'http://127.0.0.1:1/v2/team/app/referrers/x'],
    ['another scheme', 'https://example.com/v2/team/app/referrers/x?token=secret'],
    ['another repository', '/v2/other/app/referrers/x'],
    ['a path that climbs out', '/v2/team/app/referrers/../../../other/app/referrers/x'],
  ])('does not follow a next page on %s', async (_case, target) => {
    const finding = findingOf(await list({ [API]: page(index('a'), { link: `<${target}>; rel="next"` }) }), 'registry-redirect-refused');
    expect(JSON.stringify(finding)).not.toContain('secret');
    expect(pagesAsked()).toHaveLength(1);
  });
});

describe('nextLink', () => {
  it.each([
    ['</v2/x?n=1>; rel="next"', '/v2/x?n=1'],
    ['</a>; rel="prev", </b>; rel=next', '/b'],
    ['<https://h/x>; title="t"; rel="next"; type="x"', 'https://h/x'],
  ])('reads %s', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });

  it.each([null, '', '</a>', '</a>; rel="prev"', '</a>; rel="nextish"', '</a; rel="next"', '<'.repeat(100_000)])(
    'finds no next page in %j',
    (header) => {
      expect(nextLink(header)).toBeUndefined();
    },
  );
});
