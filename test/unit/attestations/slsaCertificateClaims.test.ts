import { issueCertificate } from '../../support/sigstore/certificates';
import { der } from '../../support/sigstore/der';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';
import { findingOf, loadRoot, valueOf, verifyBundle } from '../../support/sigstore/verifying';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const oid = (last: number): string => `1.3.6.1.4.1.57264.1.${last}`;

let sigstore: LocalSigstore;
beforeAll(async () => {
  sigstore = await createLocalSigstore();
});

async function verifyWith(extensions: readonly (readonly [oid: string, value: Buffer, critical: boolean])[]) {
  const key = generateSigningKey();
  const names = [{ kind: 'uri' as const, value: 'https://ci.test/build' }];
  const certificate = await issueCertificate(sigstore.services, { publicKey: key.publicKey, names, extensions });
  return verifyBundle(await sigstore.signImage({ digest: DIGEST, key, certificate }), loadRoot(sigstore.trustedRootJson));
}

describe('when a certificate carries claims about the build', () => {
  it('reads every one of .9 to .22, each under its own name', async () => {
    const extensions = Array.from({ length: 14 }, (_, index) => [oid(index + 9), der.utf8(`value ${index + 9}`), false] as const);
    expect(valueOf(await verifyWith(extensions)).claims).toEqual({
      buildSignerUri: 'value 9',
      buildSignerDigest: 'value 10',
      runnerEnvironment: 'value 11',
      sourceRepositoryUri: 'value 12',
      sourceRepositoryDigest: 'value 13',
      sourceRepositoryRef: 'value 14',
      sourceRepositoryIdentifier: 'value 15',
      sourceRepositoryOwnerUri: 'value 16',
      sourceRepositoryOwnerIdentifier: 'value 17',
      buildConfigUri: 'value 18',
      buildConfigDigest: 'value 19',
      buildTrigger: 'value 20',
      runInvocationUri: 'value 21',
      sourceRepositoryVisibility: 'value 22',
    });
  });

  it.each([1, 127, 128, 255, 256, 2_048])('reads a text of %d bytes', async (length) => {
    const value = 'x'.repeat(length);
    expect(valueOf(await verifyWith([[oid(14), der.utf8(value), false]])).claims).toEqual({ sourceRepositoryRef: value });
  });

  it('reads letters beyond ASCII, which a branch may have', async () => {
    expect(valueOf(await verifyWith([[oid(14), der.utf8('refs/heads/größe'), false]])).claims).toEqual({
      sourceRepositoryRef: 'refs/heads/größe',
    });
  });

  it('has no claims, and is no worse a signature, without extensions', async () => {
    expect(valueOf(await verifyWith([]))).not.toHaveProperty('claims');
  });

  it('has none at all for a key', async () => {
    const key = generateSigningKey();
    const publicKeyPem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const bundle = await sigstore.signImage({ digest: DIGEST, key });
    expect(valueOf(verifyBundle(bundle, { kind: 'key', publicKeyPem }))).not.toHaveProperty('claims');
  });
});

describe('when a claim cannot be read', () => {
  it.each<[string, Buffer]>([
    ['bare characters, as in the older extensions', Buffer.from('github-hosted')],
    ['another string type', Buffer.concat([Buffer.from([0x13, 13]), Buffer.from('github-hosted')])],
    ['an empty text', der.utf8('')],
    ['nothing', Buffer.alloc(0)],
    ['a tag alone', Buffer.from([0x0c])],
    ['bytes behind the text', Buffer.concat([der.utf8('github-hosted'), Buffer.from([0x05, 0x00])])],
    ['a length beyond the end', Buffer.from([0x0c, 0x20, 0x61])],
    ['a length in more bytes than it needs', Buffer.from([0x0c, 0x81, 0x01, 0x61])],
    ['an indefinite length', Buffer.from([0x0c, 0x80, 0x61, 0x00, 0x00])],
    ['bytes that are not UTF-8', Buffer.from([0x0c, 0x02, 0xc3, 0x28])],
    ['a line break', der.utf8('github-hosted\n')],
    ['a direction override', der.utf8('github\u202e-hosted')],
    ['two texts', der.sequence(der.utf8('github-hosted'), der.utf8('self-hosted'))],
    ['2049 bytes', der.utf8('x'.repeat(2_049))],
  ])('refuses the signature for %s: the predicate must not speak in its place', async (_what, value) => {
    const finding = findingOf(await verifyWith([[oid(11), value, false]]));
    expect(finding.code).toBe('signature-invalid');
    expect(finding.reason).toContain(`certificate extension ${oid(11)}`);
  });

  it('refuses a claim that is there twice', async () => {
    const twice = [[oid(11), der.utf8('self-hosted'), false] as const, [oid(11), der.utf8('github-hosted'), false] as const];
    expect(findingOf(await verifyWith(twice)).reason).toMatch(/twice/);
  });
});
