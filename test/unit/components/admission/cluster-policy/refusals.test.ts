import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelAdmissionArgs } from '../../../../../components';
import { ISSUER, SUBJECT, exception, imagePolicy, keylessAuthority, problemsOf, trustPolicy } from '../trustPolicies';

const backend = 'clusterPolicy';
const MIRROR = 'https://local.example';
const files = { 'root.json': '{}', 'trusted_root.json': '{}' };
const tufRoot = { name: 'local', tuf: { url: MIRROR, root: 'root.json' } };
const pemOf = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'pem', type: 'spki' }).toString();
const pem = pemOf('P-256');
const key = { name: 'key', key: { data: pem } };

const custom = (fields: object, name = 'red-team') => ({ name, custom: { predicateType: 'https://acme.example/x/v1', ...fields } });
const asked = (...attestations: object[]) => trustPolicy({ policies: [imagePolicy({ attestations })] });
const signedBy = (...authorities: object[]) => trustPolicy({ policies: [imagePolicy({ authorities })] });

describe('what a ClusterPolicy cannot hold is refused with its path', () => {
  it.each<[string, object, ModelAdmissionArgs, string]>([
    [
      'a trust root in a file',
      trustPolicy({ trustRoots: [{ name: 'local', file: { path: 'trusted_root.json' } }] }),
      {},
      'trustRoots[0].file',
    ],
    ['a private Sigstore of which Kyverno does not know', trustPolicy({ trustRoots: [tufRoot] }), {}, 'trustRoots[0].tuf.url'],
    [
      'a private Sigstore where Kyverno knows another',
      trustPolicy({ trustRoots: [tufRoot] }),
      { kyvernoTufMirror: 'https://other.example' },
      'trustRoots[0].tuf.url',
    ],
    ['the public Sigstore where Kyverno knows another', trustPolicy(), { kyvernoTufMirror: MIRROR }, 'trustRoots[0].publicGood'],
    ['one of several predicate types', asked({ name: 'scan', vulnerabilityScan: {} }), {}, 'policies[0].attestations[0]'],
    ['one of two formats', asked({ name: 'bom', sbom: { formats: ['cyclonedx', 'spdx'] } }), {}, 'policies[0].attestations[0]'],
    [
      'a ref without its repository',
      asked({ name: 'build', slsaProvenance: { sourceRef: 'refs/heads/main' } }),
      {},
      'policies[0].attestations[0]',
    ],
    [
      'a field that Kyverno would read from the request',
      asked(custom({ fields: [{ path: 'request.name', equals: 'x' }] })),
      {},
      'policies[0].attestations[0]',
    ],
    [
      'the newest of what several signers attested',
      trustPolicy({ policies: [imagePolicy({ authorities: [keylessAuthority(), key], attestations: [custom({})] })] }),
      {},
      'policies[0].attestations[0]',
    ],
    [
      'a key for which Kyverno would have to be told the hash',
      signedBy({ name: 'key', key: { data: pemOf('P-384') } }),
      {},
      'policies[0].authorities[0].key',
    ],
    ['an exception', trustPolicy({ exceptions: [exception] }), {}, 'exceptions[0]'],
    [
      'a subject that Kyverno would replace',
      signedBy(keylessAuthority({ identities: [{ issuer: ISSUER, subject: `${SUBJECT}{{request.name}}`, anyCaller: true }] })),
      {},
      'policies[0].authorities[0].keyless.identities[0].subject',
    ],
    [
      'a predicate type that Kyverno would replace',
      asked(custom({ predicateType: 'https://acme.example/$(x)' })),
      {},
      'policies[0].attestations[0].custom.predicateType',
    ],
    ['the older layout, keyless', trustPolicy(), { signatureFormat: 'legacy' }, 'policies[0].authorities[0]'],
    [
      'the older layout, attested',
      trustPolicy({ policies: [imagePolicy({ authorities: [key], attestations: [custom({})] })] }),
      { signatureFormat: 'legacy' },
      'policies[0].attestations[0]',
    ],
  ])('%s', (_what, policy, args, field) => {
    expect(problemsOf(policy, { backend, ...args }, files)).toEqual([expect.stringContaining(`trustPolicy: ${field}: expected`)]);
  });

  it('such a key of the gate too', () => {
    const keyPath = path.join(mkdtempSync(path.join(tmpdir(), 'gate-key-')), 'gate.pub');
    writeFileSync(keyPath, pemOf('P-384'));
    const verificationSummary = { verifierId: 'https://acme.example/gate', keyPath };
    expect(problemsOf(trustPolicy(), { backend, verificationSummary })).toEqual([
      expect.stringContaining('verificationSummary.keyPath: expected a key with which a ClusterPolicy verifies'),
    ]);
    expect(problemsOf(trustPolicy(), { verificationSummary })).toEqual([]);
  });

  it('and what it can hold is not', () => {
    expect(problemsOf(trustPolicy({ trustRoots: [tufRoot] }), { backend, kyvernoTufMirror: MIRROR }, files)).toEqual([]);
    expect(problemsOf(signedBy(key), { backend, signatureFormat: 'legacy' })).toEqual([]);
    expect(problemsOf(asked({ name: 'bom', sbom: { formats: ['spdx'] } }), { backend })).toEqual([]);
  });
});

describe('arguments that do not go with it, or only with it', () => {
  it.each<[string, ModelAdmissionArgs, string]>([
    ['a format that there is not', { backend, signatureFormat: 'simple' }, 'signatureFormat: expected one of bundle, legacy'],
    ['both formats', { backend, legacySignaturesUnsafe: true }, 'legacySignaturesUnsafe: expected not set'],
    ['a TUF repository of its own', { backend, tuf: { mirror: MIRROR, rootPath: __filename } }, 'tuf: expected not set'],
    [
      'a signer of summaries that Kyverno would replace',
      { backend, verificationSummary: { verifierId: 'https://acme.example/gate', issuer: ISSUER, subject: 'gate@{{request.namespace}}' } },
      'verificationSummary.subject: expected a text without {{',
    ],
    ['a format for others', { signatureFormat: 'legacy' }, 'signatureFormat: expected only with the backend clusterPolicy'],
    ['a TUF repository of Kyverno for others', { kyvernoTufMirror: MIRROR }, 'kyvernoTufMirror: expected only with the backend'],
  ])('%s', (_what, args, expected) => {
    expect(problemsOf(trustPolicy(), args)[0]).toContain(expected);
  });

  it('summaries where only signatures of the older layout count', () => {
    const verificationSummary = { verifierId: 'https://acme.example/gate', keyPath: __filename };
    expect(problemsOf(signedBy(key), { backend, signatureFormat: 'legacy', verificationSummary })).toContainEqual(
      expect.stringContaining('verificationSummary: expected not set where signatureFormat is legacy'),
    );
  });
});
