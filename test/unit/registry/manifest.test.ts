import { digestOf } from '../../../verification/reference/digest';
import { isIndex, parseManifest } from '../../../verification/registry/manifest';
import type { Manifest } from '../../../verification/registry/types';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const descriptor = { mediaType: 'application/octet-stream', digest: `sha256:${'a'.repeat(64)}`, size: 3 };
const good = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor, layers: [descriptor] };

function bytesOf(content: unknown): Buffer {
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}

function parsed(content: unknown): Manifest {
  const result = parseManifest(bytesOf(content), 10);
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
}

function problemOf(content: unknown): string {
  const result = parseManifest(bytesOf(content), 10);
  if (result.ok) return 'accepted';
  return result.fault.kind === 'too-many' ? `too many ${result.fault.where}` : result.fault.problem;
}

describe('parseManifest', () => {
  it('accepts annotations by the thousand, and no more different names than some thousand', () => {
    const annotations = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, number) => [`n${number}`, '']));
    expect(problemOf({ ...good, annotations: annotations(5_000) })).toBe('accepted');
    expect(problemOf({ ...good, annotations: annotations(30_000) })).toContain('different names');
  });

  it('reads a manifest and computes its digest from the bytes', () => {
    const manifest = parsed({ ...good, artifactType: 'application/x', subject: descriptor, annotations: { a: 'b' } });
    expect(manifest).toMatchObject({ mediaType: OCI_MANIFEST, artifactType: 'application/x', annotations: { a: 'b' }, manifests: [] });
    expect(manifest.layers).toEqual([{ ...descriptor, annotations: {} }]);
    expect(manifest.subject?.digest).toBe(descriptor.digest);
    expect(manifest.digest).toBe(digestOf(manifest.bytes));
    expect(isIndex(manifest)).toBe(false);
  });

  it('reads an index', () => {
    const index = parsed({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...descriptor, artifactType: 'application/x' }] });
    expect(isIndex(index)).toBe(true);
    expect(index.manifests[0]?.artifactType).toBe('application/x');
  });

  it('tells manifest and index apart by their fields when the media type is missing', () => {
    expect(parsed({ schemaVersion: 2, config: descriptor, layers: null }).mediaType).toBe(OCI_MANIFEST);
    expect(parsed({ schemaVersion: 2, manifests: null, annotations: null }).mediaType).toBe(OCI_INDEX);
  });

  it('reads docker schema 2 in both forms', () => {
    expect(problemOf({ ...good, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' })).toBe('accepted');
    const list = { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json', manifests: [] };
    expect(isIndex(parsed(list))).toBe(true);
  });

  it('keeps a key __proto__ as a key', () => {
    const manifest = parsed(`{"schemaVersion":2,"layers":[],"annotations":{"__proto__":"x"}}`);
    expect(Object.keys(manifest.annotations)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(manifest.annotations)).toBe(Object.prototype);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '<html>', 'not a JSON object'],
    ['a list', [], 'not a JSON object'],
    ['null', null, 'not a JSON object'],
    ['a byte order mark', `\ufeff${JSON.stringify(good)}`, 'not a JSON object'],
    ['nesting without end', '['.repeat(200_000), 'not a JSON object'],
    ['an empty object', {}, 'schemaVersion'],
    ['schema 1 by version', { ...good, schemaVersion: 1 }, 'schema 1'],
    ['schema 1 by media type', { mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws', schemaVersion: 2 }, 'schema 1'],
    ['manifest and index at once', { ...good, manifests: [] }, 'both a manifest'],
    ['neither', { schemaVersion: 2 }, 'neither a manifest'],
    ['an index that calls itself a manifest', { schemaVersion: 2, mediaType: OCI_MANIFEST, manifests: [] }, 'is not that of an index'],
    ['a manifest that calls itself an index', { ...good, mediaType: OCI_INDEX }, 'is not that of a manifest'],
    ['an unknown media type', { ...good, mediaType: 'application/json' }, 'is not that of a manifest'],
    ['a media type that is no text', { ...good, mediaType: 7 }, 'not a media type'],
    ['a second spelling of layers', { ...good, Layers: [] }, 'second spelling'],
    ['layers that are no list', { ...good, layers: {} }, 'layers: not a list'],
    ['a descriptor that is no object', { ...good, layers: ['x'] }, 'layers[0]: not an object'],
    ['a descriptor without digest', { ...good, layers: [{ ...descriptor, digest: undefined }] }, 'layers[0].digest: missing'],
    ['an upper-case digest', { ...good, layers: [{ ...descriptor, digest: `sha256:${'A'.repeat(64)}` }] }, 'lower-case'],
    [
      'a sha512 digest',
      { ...good, config: { ...descriptor, digest: `sha512:${'a'.repeat(128)}` } },
      'config.digest: digest algorithm sha512',
    ],
    ['a negative size', { ...good, layers: [{ ...descriptor, size: -1 }] }, 'layers[0].size'],
    ['a size beyond counting', { ...good, layers: [{ ...descriptor, size: 1e300 }] }, 'layers[0].size'],
    ['a size as text', { ...good, layers: [{ ...descriptor, size: '3' }] }, 'layers[0].size'],
    ['an annotation that is no text', { ...good, annotations: { a: 1 } }, 'annotations: a value that is not text'],
    ['a broken subject', { ...good, subject: {} }, 'subject.mediaType: missing'],
  ])('refuses %s', (_case, content, problem) => {
    expect(problemOf(content)).toContain(problem);
  });

  it.each(['layers', 'manifests'] as const)('refuses more %s than allowed', (field) => {
    const many = { schemaVersion: 2, [field]: Array.from({ length: 11 }, () => descriptor) };
    expect(problemOf(many)).toBe(`too many ${field}`);
  });

  it('refuses bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"schemaVersion":2,"layers":[],"annotations":{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}}'),
    ]);
    expect(parseManifest(bytes, 10).ok).toBe(false);
  });
});
