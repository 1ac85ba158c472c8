import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modelAdmissionSettings } from '../../components/admission/settings';
import { BesideOurs } from '../support/admission/besideOurs';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { Preview } from '../support/admission/preview';
import { FOREIGN_WORKFLOW, RELEASE_SUBJECT, RELEASE_WORKFLOW } from '../support/admission/workshop';
import type { Artifact, Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';
import type { BundleOptions } from '../support/sigstore/bundles';
import { createLocalSigstore } from '../support/sigstore/localSigstore';
import type { LocalSigstore } from '../support/sigstore/localSigstore';
import { publicKeyPem } from '../support/sigstore/signers';
import { carelessPod } from '../support/cluster/pods';

const RELEASE = { identity: RELEASE_WORKFLOW };
const KEYS = {
  'p-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'p-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'p-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
  'rsa-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-4096': generateKeyPairSync('rsa', { modulusLength: 4096 }),
} as const;

const SPDX = 'https://spdx.dev/Document';
const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

const DESCRIBES = { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image' };

/** An SPDX document in JSON with two packages beside the image. */
const spdx = (fields: object = {}): object => ({
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'model',
  creationInfo: { created: daysAgo(1), creators: ['Tool: syft'] },
  documentDescribes: ['SPDXRef-image'],
  packages: ['image', 'openssl', 'zlib'].map((name) => ({ SPDXID: `SPDXRef-${name}`, name })),
  ...fields,
});

/** What few trust policies say and all may: trust roots and keys of every kind, SPDX, the old layout; asked of preview and real Kyverno. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('what few trust policies say, in preview and cluster', () => {
  let rig: AdmissionRig;
  let lab: BesideOurs;
  let workshop: Workshop;
  let elsewhere: LocalSigstore;
  let preview: Preview;
  let trustPolicy: string;
  let images = 0;

  const pod = (image: string): Manifest => carelessPod(NAMESPACE, 'asked', image);
  const image = (policy: string): Promise<Artifact> => workshop.image(`${policy}/asked-${images++}`);
  const signed = async (policy: string, signer: Parameters<Workshop['sign']>[1], options: BundleOptions = {}): Promise<Artifact> => {
    const made = await image(policy);
    await workshop.sign(made, signer, options);
    return made;
  };
  const ask = async (artifact: Artifact): Promise<{ preview: string; cluster: string }> => {
    const { outcome } = await preview.verify(artifact.reference);
    const { ok } = await rig.cluster.dryRun(pod(artifact.reference));
    return { preview: outcome, cluster: ok ? 'admits' : 'denies' };
  };
  const keyed = (data: string, fields: object = {}): readonly object[] => [{ name: 'key', key: { data, ...fields } }];
  const YES = { preview: 'verified', cluster: 'admits' };
  const NO = { preview: 'rejected', cluster: 'denies' };

  beforeAll(async () => {
    rig = await startAdmissionRig();
    lab = await BesideOurs.prepare(rig);
    ({ workshop } = lab);
    elsewhere = await createLocalSigstore();
    const directory = labDirectory(rig.cluster.directory);
    writeFileSync(path.join(directory, 'root.json'), rig.tuf.root);
    writeFileSync(path.join(directory, 'elsewhere.json'), JSON.stringify(elsewhere.trustedRootJson));
    writeFileSync(path.join(directory, 'local.json'), JSON.stringify(rig.sigstore.sigstore.trustedRootJson));
    const keyless = (trustRoot: string) => [
      { name: 'release', keyless: { identities: [{ ...RELEASE_SUBJECT, anyCaller: true }], trustRoot } },
    ];
    const policy = (name: string, authorities: readonly object[], fields: object = {}) => ({
      name,
      images: [`${rig.registry.address}/${name}/**`],
      authorities,
      ...fields,
    });
    const byTimestamp = { transparencyLog: 0, certificateTransparency: 1, timestamps: 1 };
    trustPolicy = path.join(directory, 'uncommon.yaml');
    writeFileSync(
      trustPolicy,
      JSON.stringify({
        apiVersion: 'model-supply-chain/v1alpha1',
        kind: 'TrustPolicy',
        trustRoots: [
          { name: 'local', tuf: { url: rig.tuf.url, root: 'root.json' } },
          { name: 'elsewhere', file: { path: 'elsewhere.json' } },
          { name: 'stamped', file: { path: 'local.json' }, thresholds: byTimestamp },
        ],
        policies: [
          policy('local', keyless('local')),
          policy('elsewhere', keyless('elsewhere')),
          policy('stamped', keyless('stamped')),
          policy('logged-key', keyed(publicKeyPem(workshop.key.publicKey), { trustRoot: 'local' })),
          policy('spdx', keyless('local'), {
            attestations: [{ name: 'sbom', sbom: { formats: ['spdx'], minComponents: 2, maxAge: '7d' } }],
          }),
          ...Object.entries(KEYS).map(([name, { publicKey }]) => policy(name, keyed(publicKeyPem(publicKey)))),
        ],
      }),
    );
    preview = new Preview(trustPolicy);
    await enforce(rig.cluster, trustPolicy);
    await untilRefused(rig.cluster, pod((await image('local')).reference), '[unsigned]');
  }, 600_000);
  afterAll(() => rig.stop());

  it('a trust root in a file stands beside the one by TUF, and neither vouches for the other', async () => {
    const attached = async (policy: string): Promise<Artifact> => {
      const made = await image(policy);
      await workshop.attach(made, await elsewhere.signImage({ digest: made.digest, ...RELEASE }));
      return made;
    };
    expect(await ask(await signed('local', RELEASE))).toEqual(YES);
    expect(await ask(await attached('elsewhere'))).toEqual(YES);
    expect(await ask(await attached('local'))).toEqual(NO);
    expect(await ask(await signed('elsewhere', RELEASE))).toEqual(NO);
  }, 60_000);

  it.each<readonly [string, BundleOptions, object]>([
    ['with a timestamp', { logged: false, timestamped: true }, YES],
    ['with timestamp and log entry', { logged: true, timestamped: true }, YES],
    ['with nothing that tells the time', { logged: false }, NO],
    ['with a log entry alone', { logged: true }, { preview: 'verified', cluster: 'denies' }],
  ])(
    'a trust root that asks for no log: signed %s',
    async (_what, options, expected) => {
      expect(await ask(await signed('stamped', RELEASE, options))).toEqual(expected);
      expect(await ask(await signed('stamped', { identity: FOREIGN_WORKFLOW }, options))).toEqual(NO);
    },
    60_000,
  );

  it('a key under that trust root is refused, because Kyverno would ask it for no time', async () => {
    const data = publicKeyPem(workshop.key.publicKey);
    const tuf = { mirror: rig.tuf.url, root: { data: Buffer.from(rig.tuf.root).toString('base64') } };
    const ctlog = { insecureIgnoreTlog: true, insecureIgnoreSCT: false };
    await lab.putInForce('stamped-key', { attestors: [{ name: 'release', cosign: { key: { data }, ctlog, tuf } }] });
    const untimed = await signed('stamped-key', { key: workshop.key }, { logged: false });
    expect((await lab.ask('stamped-key', untimed.reference)).handWritten).toBe('admits');

    const policies = [{ name: 'k', images: ['ghcr.io/acme/**'], authorities: keyed(data, { trustRoot: 'stamped' }) }];
    const file = path.join(path.dirname(trustPolicy), 'stamped-key.yaml');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(trustPolicy, 'utf8')) as object), policies }));
    expect(() => modelAdmissionSettings('models', { trustPolicy: file })).toThrow(
      'expected a trust root with a log, or none, found stamped',
    );
  }, 60_000);

  it.each<readonly [string, BundleOptions, object]>([
    ['logged', { logged: true }, YES],
    ['not logged', { logged: false }, NO],
  ])(
    'a key under a trust root that asks for a log: %s',
    async (_what, options, expected) => {
      expect(await ask(await signed('logged-key', { key: workshop.key }, options))).toEqual(expected);
      expect(await ask(await signed('logged-key', { key: workshop.otherKey }, options))).toEqual(NO);
    },
    60_000,
  );

  it.each([
    ['local', NO],
    // Told in previewOnly.
    ['logged-key', { preview: 'rejected', cluster: 'admits' }],
  ])(
    'a log entry without the promise of a time, under %s',
    async (policy, expected) => {
      const made = await image(policy);
      const signer = policy === 'local' ? RELEASE : { key: workshop.key };
      const { verificationMaterial, ...bundle } = await workshop.sigstore.signImage({ digest: made.digest, ...signer, logged: true });
      const tlogEntries = verificationMaterial.tlogEntries.map((entry) => ({ ...entry, inclusionPromise: undefined }));
      const without = { ...bundle, verificationMaterial: { ...verificationMaterial, tlogEntries } };
      await workshop.attach(made, Buffer.from(JSON.stringify(without)));
      expect(await ask(made)).toEqual(expected);
    },
    60_000,
  );

  it.each(Object.keys(KEYS) as (keyof typeof KEYS)[])(
    'a key of kind %s',
    async (name) => {
      expect(await ask(await signed(name, { key: KEYS[name] }))).toEqual(YES);
      expect(await ask(await signed(name, { key: workshop.otherKey }))).toEqual(NO);
      expect(await ask(await image(name))).toEqual(NO);
    },
    60_000,
  );

  it.each<readonly [string, object | undefined, object]>([
    ['good', spdx(), YES],
    ['of version 2.2', spdx({ spdxVersion: 'SPDX-2.2' }), YES],
    ['none', undefined, NO],
    ['with one package beside the image', spdx({ packages: [{ name: 'image' }, { name: 'openssl' }] }), NO],
    ['that says by a relationship what it describes', spdx({ documentDescribes: undefined, relationships: [DESCRIBES] }), YES],
    [
      'that says so, with one package beside the image',
      spdx({ documentDescribes: undefined, relationships: [DESCRIBES], packages: [{ name: 'image' }, { name: 'openssl' }] }),
      NO,
    ],
    ['too old', spdx({ creationInfo: { created: daysAgo(8), creators: ['Tool: syft'] } }), NO],
    ['without a time', spdx({ creationInfo: { creators: ['Tool: syft'] } }), NO],
    ['that calls itself CycloneDX', { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'a' }, { name: 'b' }] }, NO],
    ['with packages that are no list', spdx({ packages: 'many' }), NO],
  ])(
    'a bill of materials in SPDX: %s',
    async (_what, document, expected) => {
      const made = await signed('spdx', RELEASE);
      if (document !== undefined) await workshop.attest(made, RELEASE, SPDX, document);
      expect(await ask(made)).toEqual(expected);
    },
    60_000,
  );

  it('a key that cosign made and signed with, of a curve beyond P-256', async () => {
    const [made, forged] = [await image('p-384'), await image('p-384')];
    const sign = async (reference: string, name: string, { privateKey }: (typeof KEYS)['p-384']) => {
      const file = path.join(rig.cluster.directory, `${name}.pem`);
      writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
      await rig.cosign('import-key-pair', '--yes', '--key', file, '--output-key-prefix', name);
      await rig.cosign('sign', '--yes', '--key', `${name}.key`, '--use-signing-config=false', '--tlog-upload=false', reference);
    };
    await sign(made.reference, 'right', KEYS['p-384']);
    await sign(forged.reference, 'wrong', generateKeyPairSync('ec', { namedCurve: 'P-384' }));
    expect(await ask(made)).toEqual(YES);
    expect(await ask(forged)).toEqual(NO);
  }, 60_000);

  describe('with legacySignaturesUnsafe', () => {
    const legacy = async (policy: string, signer: Parameters<Workshop['sign']>[1]): Promise<Artifact> => {
      const made = await image(policy);
      await workshop.signLegacy(made, signer);
      return made;
    };
    beforeAll(async () => {
      const waiting = await legacy('local', RELEASE);
      expect(await ask(waiting)).toEqual({ preview: 'verified', cluster: 'denies' });
      await enforce(rig.cluster, trustPolicy, { legacySignaturesUnsafe: true });
      for (let attempt = 0; attempt < 100 && (await ask(waiting)).cluster === 'denies'; attempt++);
    }, 120_000);

    it.each<readonly [string, () => Promise<Artifact>, object]>([
      ['signed in the old layout', () => legacy('local', RELEASE), YES],
      ['signed in the old layout by a stranger', () => legacy('local', { identity: FOREIGN_WORKFLOW }), NO],
      ['signed in the old layout with a key', () => legacy('p-256', { key: KEYS['p-256'] }), YES],
      ['signed in the old layout with another key', () => legacy('p-256', { key: workshop.otherKey }), NO],
      ['signed as bundle', () => signed('local', RELEASE), YES],
      ['signed as bundle by a stranger', () => signed('local', { identity: FOREIGN_WORKFLOW }), NO],
      ['unsigned', () => image('local'), NO],
    ])(
      '%s',
      async (_what, make, expected) => {
        expect(await ask(await make())).toEqual(expected);
      },
      60_000,
    );

    it('an attestation counts as a signature: what is unsafe about it', async () => {
      const made = await image('local');
      await workshop.attest(made, RELEASE, SPDX, spdx());
      expect(await ask(made)).toEqual({ preview: 'rejected', cluster: 'admits' });
    }, 60_000);
  });
});
