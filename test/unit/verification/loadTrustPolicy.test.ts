import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Finding } from '../../../verification/finding';
import { findTrustPolicy, loadInlineTrustPolicy, loadTrustPolicy } from '../../../verification/loadTrustPolicy';
import { findingOf, valueOf } from '../../support/sigstore/verifying';
import { ISSUER, PRIVATE_PEM, PUBLIC_PEM, REPOSITORY, SUBJECT } from '../trust-policy/policyText';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'load-trust-policy-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const write = (name: string, content: string | Uint8Array = '') => {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

/** One key authority, one keyless authority with a trust root from a file. */
const document = (keyPath = 'keys/cosign.pub', rootPath = 'roots/trusted_root.json') => ({
  apiVersion: 'model-supply-chain/v1alpha1',
  kind: 'TrustPolicy',
  trustRoots: [{ name: 'local', file: { path: rootPath } }],
  policies: [
    {
      name: 'models',
      images: ['ghcr.io/acme/**'],
      authorities: [
        {
          name: 'workflow',
          keyless: { trustRoot: 'local', identities: [{ issuer: ISSUER, subject: SUBJECT, sourceRepository: REPOSITORY }] },
        },
        { name: 'release-key', key: { path: keyPath } },
      ],
    },
  ],
});

const problemsOf = (finding: Finding) => {
  if (finding.code !== 'trust-policy-invalid') throw new Error(`expected trust-policy-invalid, got ${finding.code}`);
  return finding.problems;
};

describe('when everything is there', () => {
  it('reads keys and trust roots from the directory of the policy, wherever the process runs', async () => {
    const file = write('policy/trust-policy.yaml', JSON.stringify(document()));
    write('policy/keys/cosign.pub', PUBLIC_PEM);
    write('policy/roots/trusted_root.json', '{"root":1}');
    const loaded = valueOf(await loadTrustPolicy(file));
    expect([...loaded.keys.values()]).toEqual([PUBLIC_PEM]);
    expect([...loaded.keys.keys()].map(({ name }) => name)).toEqual(['release-key']);
    expect(Buffer.from(loaded.trustRootFiles.get('local') ?? []).toString()).toBe('{"root":1}');
  });

  it('reads the files of an inline policy from the directory that goes with it', async () => {
    write('cosign.pub', PUBLIC_PEM);
    write('root.json', '{}');
    const loaded = valueOf(await loadInlineTrustPolicy(document('cosign.pub', 'root.json'), 'the configuration', directory));
    expect(loaded.file).toBe('the configuration');
    expect(loaded.keys.size).toBe(1);
  });
});

describe('when there is a model.lock beside the policy', () => {
  const LOCK = JSON.stringify({
    apiVersion: 'model-supply-chain/v1alpha1',
    kind: 'ModelLock',
    images: [{ repository: 'ghcr.io/acme/model', digest: `sha256:${'ab'.repeat(32)}`, signers: [{ key: `sha256:${'cd'.repeat(32)}` }] }],
  });
  const load = async () => {
    write('keys/cosign.pub', PUBLIC_PEM);
    write('roots/trusted_root.json', '{}');
    return loadTrustPolicy(write('trust-policy.yaml', JSON.stringify(document())));
  };

  it('is read with the policy', async () => {
    expect(valueOf(await load()).previousVerdicts.size).toBe(0);
    write('model.lock', LOCK);
    expect([...valueOf(await load()).previousVerdicts.keys()]).toEqual(['ghcr.io/acme/model']);
    const inline = await loadInlineTrustPolicy(document(), 'the configuration', directory);
    expect([...valueOf(inline).previousVerdicts.keys()]).toEqual(['ghcr.io/acme/model']);
  });

  it.each<[string, (file: string) => void]>([
    ['is cut short', (file) => writeFileSync(file, LOCK.slice(0, 40))],
    ['is empty', (file) => writeFileSync(file, '')],
    ['is larger than anybody writes', (file) => writeFileSync(file, `${LOCK}${' '.repeat(1024 * 1024)}`)],
    ['is a directory', (file) => mkdirSync(file)],
    ['points nowhere', (file) => symlinkSync(path.join(directory, 'nowhere'), file)],
  ])('is model-lock-invalid, never an empty lock, if it %s', async (_what, put) => {
    put(path.join(directory, 'model.lock'));
    expect(findingOf(await load())).toMatchObject({ code: 'model-lock-invalid', file: path.join(directory, 'model.lock') });
  });
});

describe('when the policy file cannot be used', () => {
  it('is trust-policy-missing if it does not exist', async () => {
    const file = path.join(directory, 'nowhere.yaml');
    expect(findingOf(await loadTrustPolicy(file))).toEqual({ code: 'trust-policy-missing', searched: [file] });
  });

  it('is trust-policy-missing if a file stands where a directory should', async () => {
    const file = path.join(write('file'), 'trust-policy.yaml');
    expect(findingOf(await loadTrustPolicy(file)).code).toBe('trust-policy-missing');
  });

  it('is trust-policy-unreadable if it is a directory', async () => {
    expect(findingOf(await loadTrustPolicy(directory))).toEqual({
      code: 'trust-policy-unreadable',
      file: directory,
      reason: 'it is not a regular file',
    });
  });

  it('is trust-policy-unreadable if it is a device that never ends', async () => {
    expect(findingOf(await loadTrustPolicy('/dev/zero')).code).toBe('trust-policy-unreadable');
  });

  it('is trust-policy-unreadable if the operating system refuses it, with the reason', async () => {
    const file = path.join(directory, 'loop.yaml');
    symlinkSync(file, file);
    expect(findingOf(await loadTrustPolicy(file))).toMatchObject({ code: 'trust-policy-unreadable', file, reason: 'ELOOP' });
  });

  it('is trust-policy-unreadable above 1 MiB, and read at 1 MiB', async () => {
    const text = JSON.stringify(document());
    const limit = 1024 * 1024;
    const large = write('large.yaml', text.padEnd(limit + 1));
    expect(findingOf(await loadTrustPolicy(large))).toMatchObject({
      code: 'trust-policy-unreadable',
      reason: 'it is larger than 1024 KiB',
    });
    const justSo = write('just-so.yaml', text.padEnd(limit));
    expect(findingOf(await loadTrustPolicy(justSo)).code).toBe('trust-policy-invalid'); // it was read; keys and roots are missing
  });

  it('is trust-policy-invalid if it is empty', async () => {
    expect(findingOf(await loadTrustPolicy(write('trust-policy.yaml'))).code).toBe('trust-policy-invalid');
  });
});

describe('when files that it names cannot be used', () => {
  const load = () => loadTrustPolicy(write('trust-policy.yaml', JSON.stringify(document())));

  it('tells all of them at once, with the path of each field and where it looked', async () => {
    const problems = problemsOf(findingOf(await load()));
    expect(problems.map(({ path: field }) => field)).toEqual(['policies[0].authorities[1].key.path', 'trustRoots[0].file.path']);
    expect(problems[0]?.message).toContain('"keys/cosign.pub": there is no such file');
    expect(problems[1]?.message).toContain('"roots/trusted_root.json": there is no such file');
    expect(problems.every(({ message }) => message.includes(directory))).toBe(true);
  });

  it.each<[string, string]>([
    ['a private key', PRIVATE_PEM],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['text', 'not a key'],
    ['nothing', ''],
  ])('refuses %s in place of a public key, without showing it', async (_what, content) => {
    write('keys/cosign.pub', content);
    write('roots/trusted_root.json', '{}');
    const problems = problemsOf(findingOf(await load()));
    expect(problems.map(({ path: field }) => field)).toEqual(['policies[0].authorities[1].key.path']);
    expect(problems[0]?.message).toContain('keys/cosign.pub');
    const secret = content.split('\n')[1];
    if (secret !== undefined) expect(problems[0]?.message).not.toContain(secret);
  });

  it('refuses a directory and a file of more than 1 MiB', async () => {
    write('keys/cosign.pub/inside');
    write('roots/trusted_root.json', new Uint8Array(1024 * 1024 + 1));
    const messages = problemsOf(findingOf(await load())).map(({ message }) => message);
    expect(messages[0]).toContain('it is not a regular file');
    expect(messages[1]).toContain('it is larger than 1024 KiB');
  });
});

describe('when the policy is looked for', () => {
  const start = () => {
    const deep = path.join(directory, 'a', 'b', 'c');
    mkdirSync(deep, { recursive: true });
    return deep;
  };

  it('takes the nearest one upwards', async () => {
    const deep = start();
    write('trust-policy.yaml');
    const nearest = write('a/b/trust-policy.yaml');
    expect(await findTrustPolicy(deep)).toEqual({ ok: true, value: nearest });
  });

  it('stops at the root and lists every place, the nearest first', async () => {
    const deep = start();
    const finding = findingOf(await findTrustPolicy(deep));
    if (finding.code !== 'trust-policy-missing') throw new Error(finding.code);
    expect(finding.searched.slice(0, 2)).toEqual([
      path.join(deep, 'trust-policy.yaml'),
      path.join(directory, 'a', 'b', 'trust-policy.yaml'),
    ]);
    expect(finding.searched.at(-1)).toBe(path.join(path.parse(deep).root, 'trust-policy.yaml'));
    expect(finding.searched).toHaveLength(deep.split(path.sep).length);
  });

  it('starts in a directory that does not exist without complaint', async () => {
    const file = write('trust-policy.yaml');
    expect(await findTrustPolicy(path.join(directory, 'not', 'there'))).toEqual({ ok: true, value: file });
  });

  it.each<[string, (file: string) => void, string]>([
    ['a broken link', (file) => symlinkSync(`${file}.gone`, file), 'trust-policy-missing'],
    ['a link to itself', (file) => symlinkSync(file, file), 'trust-policy-unreadable'],
    ['a directory', (file) => mkdirSync(file), 'trust-policy-unreadable'],
  ])('does not pass over %s for the policy of a directory above', async (_what, make, code) => {
    const deep = start();
    write('trust-policy.yaml', JSON.stringify(document()));
    const broken = path.join(deep, 'trust-policy.yaml');
    make(broken);
    expect(await findTrustPolicy(deep)).toEqual({ ok: true, value: broken });
    expect(findingOf(await loadTrustPolicy(broken)).code).toBe(code);
  });
});
