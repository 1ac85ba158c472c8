import { sbomCheck } from '../../../verification/checks/attestations/sbomCheck';
import { DIGEST, OTHER_DIGEST, attestation, contextOf, daysAgo, sbomRequirement } from './scans';

const CYCLONEDX = 'https://cyclonedx.org/bom';
const SPDX = 'https://spdx.dev/Document';

const COMPONENT = { type: 'library', name: 'openssl', version: '3.0.1' };
const cycloneDx = (fields: object = {}): object => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { timestamp: daysAgo(1), component: { type: 'container', name: 'model', purl: `pkg:oci/model@${DIGEST.replace(':', '%3A')}` } },
  components: [COMPONENT],
  ...fields,
});
const describing = (component: object): object =>
  cycloneDx({ metadata: { timestamp: daysAgo(1), component: { type: 'container', name: 'model', ...component } } });

const IMAGE_PACKAGE = { SPDXID: 'SPDXRef-image', name: 'model', checksums: [{ algorithm: 'SHA256', checksumValue: DIGEST.slice(7) }] };
const spdx = (fields: object = {}): object => ({
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'model',
  creationInfo: { created: daysAgo(1), creators: ['Tool: syft'] },
  documentDescribes: ['SPDXRef-image'],
  packages: [IMAGE_PACKAGE, { SPDXID: 'SPDXRef-1', name: 'openssl' }],
  ...fields,
});
const spdx3 = (image: object = {}): object => ({
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    { type: 'CreationInfo', '@id': '_:creation', specVersion: '3.0.1', created: daysAgo(1) },
    { type: 'SpdxDocument', spdxId: 'urn:doc', creationInfo: '_:creation', rootElement: ['urn:image'] },
    { type: 'software_Package', spdxId: 'urn:image', name: 'model', ...image },
    { type: 'software_Package', spdxId: 'urn:openssl', name: 'openssl' },
  ],
});

function check(type: string, predicate: unknown, fields: object = {}, signedAt?: string | null) {
  const item = attestation(type, predicate, signedAt === undefined ? {} : { signedAt });
  return sbomCheck.check(sbomRequirement(fields), [item], contextOf([item]));
}
const codes = (...args: Parameters<typeof check>) => check(...args).findings.map(({ code }) => code);

describe('when a bill of materials is what it should be', () => {
  it.each<[string, string, unknown]>([
    ['CycloneDX 1.6', CYCLONEDX, cycloneDx()],
    ['CycloneDX 1.4 under its versioned type', `${CYCLONEDX}/v1.4`, cycloneDx({ specVersion: '1.4' })],
    ['CycloneDX that does not say what it describes', CYCLONEDX, cycloneDx({ metadata: { timestamp: daysAgo(1) } })],
    ['CycloneDX of syft, with the digest as version', CYCLONEDX, describing({ version: DIGEST })],
    ['CycloneDX with nested components only', CYCLONEDX, cycloneDx({ components: [{ ...COMPONENT, components: [COMPONENT] }] })],
    ['SPDX 2.3', SPDX, spdx()],
    ['SPDX 2.3 as text, as cosign may wrap it', SPDX, JSON.stringify(spdx())],
    ['SPDX 2.3 as text under Data, as cosign did', SPDX, { Data: JSON.stringify(spdx()), Timestamp: daysAgo(1) }],
    ['SPDX 2.3 under the type that GitHub writes', `${SPDX}/v2.3`, spdx()],
    [
      'SPDX 2.3 with a relationship',
      SPDX,
      spdx({
        documentDescribes: undefined,
        relationships: [{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image' }],
      }),
    ],
    ['SPDX 3.0', `${SPDX}/v3`, spdx3({ verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: DIGEST.slice(7) }] })],
  ])('holds: %s', (_name, type, predicate) => {
    const result = check(type, predicate, { maxAge: '7d' });
    expect(result.findings).toEqual([]);
    expect(result.used).toHaveLength(1);
  });

  it('holds by an older one if the newest is broken, and names the one that it rests on', () => {
    const [broken, good] = [attestation(CYCLONEDX, {}), attestation(SPDX, spdx(), { signedAt: daysAgo(1) })];
    expect(sbomCheck.check(sbomRequirement(), [broken, good], contextOf([broken, good]))).toEqual({
      findings: [],
      warnings: [],
      used: [good],
    });
  });
});

describe('when a bill of materials describes another image', () => {
  it.each<[string, string, unknown]>([
    ['a package URL of CycloneDX', CYCLONEDX, describing({ purl: `pkg:oci/model@${OTHER_DIGEST}?arch=amd64` })],
    [
      'an upper case package URL',
      CYCLONEDX,
      describing({ purl: `pkg:oci/model@${OTHER_DIGEST.toUpperCase().replace('SHA256:', 'sha256%3A')}` }),
    ],
    ['a version of CycloneDX', CYCLONEDX, describing({ version: OTHER_DIGEST })],
    ['a hash of CycloneDX', CYCLONEDX, describing({ hashes: [{ alg: 'SHA-256', content: OTHER_DIGEST.slice(7) }] })],
    [
      'a checksum of SPDX',
      SPDX,
      spdx({
        packages: [
          { ...IMAGE_PACKAGE, checksums: [{ algorithm: 'SHA256', checksumValue: OTHER_DIGEST.slice(7) }] },
          { SPDXID: 'b', name: 'b' },
        ],
      }),
    ],
    [
      'a package URL of SPDX',
      SPDX,
      spdx({
        packages: [
          { ...IMAGE_PACKAGE, checksums: [], externalRefs: [{ referenceType: 'purl', referenceLocator: `pkg:oci/m@${OTHER_DIGEST}` }] },
          { SPDXID: 'b', name: 'b' },
        ],
      }),
    ],
    ['a hash of SPDX 3', SPDX, spdx3({ verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: OTHER_DIGEST.slice(7) }] })],
    ['a package URL of SPDX 3', SPDX, spdx3({ software_packageUrl: `pkg:oci/model@${OTHER_DIGEST}` })],
  ])('is refused by %s, naming both digests', (_name, type, predicate) => {
    expect(check(type, predicate).findings).toMatchObject([{ code: 'sbom-subject-mismatch', expected: DIGEST, found: [OTHER_DIGEST] }]);
  });
});

describe('when a bill of materials is too small or too old', () => {
  it.each<[string, string, unknown]>([
    ['CycloneDX without components', CYCLONEDX, cycloneDx({ components: [] })],
    ['SPDX with nothing but the image', SPDX, spdx({ packages: [IMAGE_PACKAGE] })],
  ])('is refused: %s', (_name, type, predicate) => {
    expect(check(type, predicate).findings).toMatchObject([{ code: 'sbom-too-small', components: 0, minComponents: 1 }]);
  });

  it('is refused below minComponents', () => {
    expect(codes(CYCLONEDX, cycloneDx(), { minComponents: 2 })).toEqual(['sbom-too-small']);
  });

  it('is refused if it is older than maxAge, although it was signed just now', () => {
    const old = cycloneDx({ metadata: { timestamp: daysAgo(8) } });
    expect(check(CYCLONEDX, old, { maxAge: '7d' }).findings).toMatchObject([{ code: 'sbom-too-old', age: '8 days', maxAge: '7d' }]);
    expect(codes(CYCLONEDX, old)).toEqual([]);
  });

  it('warns from 70 % of maxAge on', () => {
    const warnings = (days: number) => check(CYCLONEDX, cycloneDx({ metadata: { timestamp: daysAgo(days) } }), { maxAge: '10d' }).warnings;
    expect(warnings(6)).toEqual([]);
    expect(warnings(8)).toMatchObject([{ code: 'attestation-ageing', what: 'bill of materials', age: '8 days', maxAge: '10d' }]);
  });

  it('is refused under maxAge if it has no timestamp', () => {
    expect(codes(CYCLONEDX, cycloneDx({ metadata: {} }), { maxAge: '7d' })).toEqual(['sbom-too-old']);
  });

  it.each<[string, string | null]>([
    ['its signature', daysAgo(2)],
    ['now, without a trusted time', null],
  ])('is refused if it claims to be newer than %s', (_name, signedAt) => {
    const predicate = cycloneDx({ metadata: { timestamp: daysAgo(-1) } });
    expect(codes(CYCLONEDX, predicate, {}, signedAt)).toEqual(['attestation-time-implausible']);
  });

  it('may be some minutes newer than its signature: clocks differ', () => {
    expect(codes(CYCLONEDX, cycloneDx({ metadata: { timestamp: daysAgo(0.999) } }), {}, daysAgo(1))).toEqual([]);
  });
});

describe('when a bill of materials is not what its type says', () => {
  it.each<[string, string, unknown, string]>([
    ['SPDX inside the CycloneDX type', CYCLONEDX, spdx(), 'bomFormat'],
    ['CycloneDX inside the SPDX type', SPDX, cycloneDx(), 'spdxVersion'],
    ['another version than the type says', `${CYCLONEDX}/v1.4`, cycloneDx(), 'specVersion'],
    ['SPDX 2.2 inside the 2.3 type', `${SPDX}/v2.3`, spdx({ spdxVersion: 'SPDX-2.2' }), 'spdxVersion'],
    ['a version that does not exist', CYCLONEDX, cycloneDx({ specVersion: '9.9' }), 'specVersion'],
    ['a version as number', CYCLONEDX, cycloneDx({ specVersion: 1.6 }), 'specVersion'],
    ['tag-value text', SPDX, 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0', ''],
    ['text that names a key twice', SPDX, JSON.stringify(spdx()).replace('{', '{"packages":[],'), ''],
    ['nothing', CYCLONEDX, undefined, ''],
    ['a list', CYCLONEDX, [], ''],
    ['components that are an object', CYCLONEDX, cycloneDx({ components: { length: 5 } }), 'components'],
    ['a component without a name', CYCLONEDX, cycloneDx({ components: [COMPONENT, { type: 'library' }] }), 'components[1]'],
    ['a component that is null', CYCLONEDX, cycloneDx({ components: [null] }), 'components[0]'],
    ['services that are a text', CYCLONEDX, cycloneDx({ services: 'all' }), 'services'],
    ['a timestamp without a zone', CYCLONEDX, cycloneDx({ metadata: { timestamp: '2026-06-01T00:00:00' } }), 'metadata.timestamp'],
    ['SPDX without a date', SPDX, spdx({ creationInfo: {} }), 'creationInfo.created'],
    ['SPDX with another document id', SPDX, spdx({ SPDXID: 'SPDXRef-X' }), 'SPDXID'],
    ['SPDX packages that are a number', SPDX, spdx({ packages: Number.MAX_SAFE_INTEGER }), 'packages'],
    ['SPDX 3 without a document', SPDX, { '@graph': [] }, '@graph'],
    ['the format only through __proto__', CYCLONEDX, JSON.parse(`{"__proto__": ${JSON.stringify(cycloneDx())}}`), 'bomFormat'],
  ])('is malformed: %s', (_name, type, predicate, path) => {
    expect(check(type, predicate).findings).toMatchObject([{ code: 'predicate-malformed', path }]);
  });

  it('counts components nested deeper than the stack', () => {
    let component: object = COMPONENT;
    for (let depth = 0; depth < 100_000; depth++) component = { ...COMPONENT, components: [component] };
    expect(codes(CYCLONEDX, cycloneDx({ components: [component] }), { minComponents: 100_001 })).toEqual([]);
    expect(codes(CYCLONEDX, cycloneDx({ components: [component] }), { minComponents: 100_002 })).toEqual(['sbom-too-small']);
  });
});

describe('when a policy names formats', () => {
  it('looks only at their predicate types', () => {
    const types = sbomCheck.predicateTypes(sbomRequirement({ formats: ['spdx'] }));
    expect(types).toContain(SPDX);
    expect(types).not.toContain(CYCLONEDX);
  });

  it.each([{ formats: [] }, { formats: ['swid'] }, { maxAge: '7 days' }, { maxAge: '0d' }, { minComponents: 0 }, { maxage: '7d' }])(
    'refuses %j',
    (fields) => {
      expect(() => sbomRequirement(fields)).toThrow();
    },
  );
});
