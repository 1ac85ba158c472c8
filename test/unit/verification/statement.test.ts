import { COSIGN_SIGN_PREDICATE_TYPE, IN_TOTO_PAYLOAD_TYPE, bindToImage, readClaim } from '../../../verification/attestations/statement';
import { parseBundle } from '../../../verification/sigstore/bundle';
import type { SignatureCandidate, SignedContent } from '../../../verification/sigstore/types';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import { findingOf, valueOf } from '../../support/sigstore/verifying';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}`;
const OTHER = 'cd'.repeat(32);

const text = (payload: unknown) => (typeof payload === 'string' ? payload : JSON.stringify(payload));
const dsse = (payload: unknown, payloadType = IN_TOTO_PAYLOAD_TYPE): SignedContent => ({
  kind: 'dsse',
  payloadType,
  payload: Buffer.from(text(payload)),
});
const message = (payload: unknown): SignedContent => ({ kind: 'message', payload: Buffer.from(text(payload)) });

const statement = (fields: Readonly<Record<string, unknown>> = {}) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: HEX } }],
  predicateType: COSIGN_SIGN_PREDICATE_TYPE,
  predicate: {},
  ...fields,
});
const simpleSigning = (critical: Readonly<Record<string, unknown>> = {}, more: Readonly<Record<string, unknown>> = {}) => ({
  critical: {
    identity: { 'docker-reference': 'ghcr.io/acme/model' },
    image: { 'docker-manifest-digest': DIGEST },
    type: 'cosign container image signature',
    ...critical,
  },
  optional: null,
  ...more,
});

let candidate: SignatureCandidate;
beforeAll(async () => {
  const sigstore = await createLocalSigstore();
  const bundle = await sigstore.signImage({ digest: DIGEST, identity: { issuer: 'https://issuer.test', subject: 'https://ci.test/x' } });
  candidate = valueOf(
    parseBundle(Buffer.from(JSON.stringify(bundle)), {
      reference: 'ghcr.io/acme/model',
      layout: 'bundle-referrer',
      source: 'sha256:source',
    }),
  );
});

/** Only what `bindToImage` reads: that the cryptography holds is not its business. */
const bind = (content: SignedContent) =>
  bindToImage(
    { candidate, signer: { kind: 'key', fingerprint: 'f' }, content },
    { reference: 'ghcr.io/acme/model', digest: DIGEST, policy: 'models' },
  );
const codeOf = (content: SignedContent) => {
  const bound = bind(content);
  return bound.ok ? 'bound' : bound.finding.code;
};

describe('when a statement names the image', () => {
  it.each(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'])('binds a %s', (_type) => {
    expect(valueOf(bind(dsse(statement({ _type }))))).toEqual({
      digests: [DIGEST],
      predicateType: COSIGN_SIGN_PREDICATE_TYPE,
      predicate: {},
    });
  });

  it('binds when one of two subjects is the image, and tells of both', () => {
    const subject = [{ digest: { sha256: OTHER } }, { digest: { sha256: HEX } }];
    expect(valueOf(bind(dsse(statement({ subject })))).digests).toEqual([`sha256:${OTHER}`, DIGEST]);
  });

  it('does not mind other digests of the subject and other fields', () => {
    const subject = [{ name: 'x', annotations: { a: 'b' }, digest: { sha512: '00', sha256: HEX } }];
    expect(codeOf(dsse(statement({ subject, more: [1] })))).toBe('bound');
  });
});

describe('when a statement names something else', () => {
  it.each<[string, unknown]>([
    ['another digest', { sha256: OTHER }],
    ['the digest in upper case', { sha256: HEX.toUpperCase() }],
    ['a shortened digest', { sha256: HEX.slice(0, 12) }],
    ['a longer digest', { sha256: `${HEX}00` }],
    ['a digest with a space behind it', { sha256: `${HEX} ` }],
    ['a digest that carries the algorithm itself', { sha256: DIGEST }],
    ['the digest under another algorithm', { sha512: HEX }],
    ['a digest in a list', { sha256: [HEX] }],
    ['a number', { sha256: 1 }],
    ['no digest', {}],
    ['text instead of a digest set', DIGEST],
  ])('is a subject-mismatch for %s', (_what, digest) => {
    expect(codeOf(dsse(statement({ subject: [{ digest }] })))).toBe('subject-mismatch');
  });

  it.each<[string, string]>([
    ['a subject', `[{"__proto__":{"digest":{"sha256":"${HEX}"}}}]`],
    ['a digest set', `[{"digest":{"__proto__":{"sha256":"${HEX}"}}}]`],
    ['a list entry', `[{"digest":{"sha256":"${OTHER}"}},null,"x",["${HEX}"]]`],
  ])('borrows no digest from the prototype or the odd shape of %s', (_what, subject) => {
    expect(codeOf(dsse(JSON.stringify(statement({ subject: 0 })).replace('"subject":0', `"subject":${subject}`)))).toBe('subject-mismatch');
  });

  it('borrows no digest from a polluted Object.prototype', () => {
    // `__proto__` in JSON is an ordinary own property, so only pollution by other code in the process reaches this guard.
    Object.defineProperty(Object.prototype, 'sha256', { value: HEX, configurable: true });
    try {
      expect(codeOf(dsse(statement({ subject: [{ digest: {} }] })))).toBe('subject-mismatch');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'sha256');
    }
  });

  it('tells every digest that it does name, and where', () => {
    const subject = [{ digest: { sha256: OTHER } }, { digest: { sha512: HEX } }];
    expect(findingOf(bind(dsse(statement({ subject }))))).toEqual({
      code: 'subject-mismatch',
      reference: 'ghcr.io/acme/model',
      policy: 'models',
      expected: DIGEST,
      found: [`sha256:${OTHER}`],
      layout: 'bundle-referrer',
      source: 'sha256:source',
    });
  });
});

describe('when a DSSE payload is no statement', () => {
  it.each<[string, SignedContent]>([
    ['payload type is application/json', dsse(statement(), 'application/json')],
    ['payload type only starts with the right one', dsse(statement(), `${IN_TOTO_PAYLOAD_TYPE}; charset=utf-8`)],
    ['payload is not JSON', dsse('{"_type":')],
    ['payload is empty', dsse('')],
    ['payload is an array', dsse([statement()])],
    ['payload is null', dsse('null')],
    ['_type is unknown', dsse(statement({ _type: 'https://in-toto.io/Statement/v2' }))],
    ['_type is missing', dsse(statement({ _type: undefined }))],
    ['_type comes from the prototype', dsse('{"__proto__":{"_type":"https://in-toto.io/Statement/v1"}}')],
    ['predicateType is missing', dsse(statement({ predicateType: undefined }))],
    ['predicateType is not text', dsse(statement({ predicateType: [COSIGN_SIGN_PREDICATE_TYPE] }))],
    ['subject is empty', dsse(statement({ subject: [] }))],
    ['subject is missing', dsse(statement({ subject: undefined }))],
    ['subject is not a list', dsse(statement({ subject: { digest: { sha256: HEX } } }))],
    ['a simple signing payload was put into the envelope', dsse(simpleSigning())],
  ])('is signature-malformed because the %s', (_what, content) => {
    expect(codeOf(content)).toBe('signature-malformed');
  });
});

describe('when the payload is simple signing', () => {
  it('binds to the digest in it, whatever else it says', () => {
    expect(valueOf(bind(message(simpleSigning({ extra: 1 }, { optional: { creator: 'x' }, more: {} }))))).toEqual({ digests: [DIGEST] });
  });

  it('does not believe the docker-reference', () => {
    expect(codeOf(message(simpleSigning({ identity: { 'docker-reference': 'evil.test/x' } })))).toBe('bound');
  });

  it.each<[string, unknown]>([
    ['another digest', `sha256:${OTHER}`],
    ['an upper-case digest', DIGEST.toUpperCase()],
    ['a digest without algorithm', HEX],
    ['a shortened digest', DIGEST.slice(0, 20)],
  ])('is a subject-mismatch for %s', (_what, digest) => {
    expect(codeOf(message(simpleSigning({ image: { 'docker-manifest-digest': digest } })))).toBe('subject-mismatch');
  });

  it.each<[string, unknown]>([
    ['critical.type is another one', simpleSigning({ type: 'atomic container signature' })],
    ['critical.type is missing', simpleSigning({ type: undefined })],
    ['critical is missing', { optional: {} }],
    ['critical is a list', { critical: [simpleSigning().critical] }],
    ['digest is missing', simpleSigning({ image: {} })],
    ['digest is a number', simpleSigning({ image: { 'docker-manifest-digest': 42 } })],
    ['digest is a list', simpleSigning({ image: { 'docker-manifest-digest': [DIGEST] } })],
    ['payload is an array', [simpleSigning()]],
    ['payload is a statement', statement()],
    ['payload is not JSON', 'Rotkohl'],
  ])('is signature-malformed because the %s', (_what, payload) => {
    expect(codeOf(message(payload))).toBe('signature-malformed');
  });
});

describe('when an object of the payload names a key twice', () => {
  const twice = (key: string) =>
    text(statement({ subject: 0 })).replace('"subject":0', `"subject":[{"digest":{"sha256":"${OTHER}",${key}:"${HEX}"}}]`);

  it.each<[string, SignedContent]>([
    ['a digest, the last one being the image', dsse(twice('"sha256"'))],
    ['a digest, once written with an escape', dsse(twice('"sha\\u0032\\u0035\\u0036"'))],
    ['subject', dsse(text(statement()).replace('{', '{"subject":[],'))],
    ['predicateType', dsse(text(statement()).replace('{', '{"predicateType":"https://cyclonedx.org/bom",'))],
    ['a key inside the predicate', dsse(text(statement({ predicate: 0 })).replace('"predicate":0', '"predicate":{"a":[{"b":1,"b":2}]}'))],
    ['critical', message(text(simpleSigning()).replace('{', '{"critical":{},'))],
  ])('is signature-malformed for %s', (_what, content) => {
    expect(codeOf(content)).toBe('signature-malformed');
    expect(readClaim(content)).toContain('twice');
  });

  it('does not take equal keys of different objects, values and text with quotes for duplicates', () => {
    const predicate = { a: { b: 1 }, c: { b: 1 }, list: [{ b: 1 }, { b: 2 }], text: '"a":1,"a":2', back: '\\', a2: 'a', quote: 'a":"' };
    expect(codeOf(dsse(statement({ predicate })))).toBe('bound');
  });

  it('reads a statement of megabytes', () => {
    const predicate = { text: 'x\\"'.repeat(700_000), list: Array.from({ length: 50_000 }, (_, index) => ({ index })) };
    expect(codeOf(dsse(statement({ predicate })))).toBe('bound');
  });
});

describe('the size of a statement', () => {
  /** As large as a bundle can carry. */
  const sbomOf = (component: (number: number) => object) => {
    const components: object[] = [];
    for (let [bytes, number] = [0, 0]; bytes < 11_800_000; number += 1) {
      components.push(component(number));
      bytes += JSON.stringify(components.at(-1)).length + 1;
    }
    return statement({ predicateType: 'https://cyclonedx.org/bom', predicate: { bomFormat: 'CycloneDX', components } });
  };

  it.each<[string, (number: number) => object]>([
    ['names, versions and package URLs', (number) => ({ type: 'library', name: `n${number}`, version: '1', purl: `pkg:npm/n${number}@1` })],
    [
      'properties, as syft writes them',
      (number) => ({
        type: 'library',
        name: `package-${number}`,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        purl: `pkg:pypi/package-${number}@1.0.${number}`,
        properties: [
          { name: 'syft:package:type', value: 'python' },
          { name: 'syft:location:0:path', value: `/usr/lib/python3/dist-packages/package-${number}/METADATA` },
        ],
      }),
    ],
  ])('reads an SBOM of 12 MB with %s', (_what, component) => {
    expect(readClaim(dsse(sbomOf(component)))).toMatchObject({ predicateType: 'https://cyclonedx.org/bom' });
  });

  it('reads no statement with a hundred thousand different names', () => {
    const predicate = Object.fromEntries(Array.from({ length: 100_000 }, (_, number) => [`n${number}`, 1]));
    expect(readClaim(dsse(statement({ predicate })))).toContain('different names');
  });
});
