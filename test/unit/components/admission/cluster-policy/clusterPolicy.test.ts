import { generateKeyPairSync } from 'node:crypto';
import { ISSUER, SUBJECT, imagePolicy, keylessAuthority, render, specOf, trustPolicy } from '../trustPolicies';

const backend = 'clusterPolicy';
const NAME = 'models-acme-models';
const SIGN = 'https://sigstore.dev/cosign/sign/v1';
const MIRROR = 'https://local.example';

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' }).toString();
const keyAuthority = () => ({ name: 'key', key: { data: pem } });
const tufRoot = (fields: object = {}) => ({ name: 'local', tuf: { url: MIRROR, root: 'root.json' }, ...fields });
const files = { 'root.json': '{}' };
const privateSigstore = { backend, kyvernoTufMirror: MIRROR };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is that of another project's CRD
const rulesOf = (policy: object, args: object = { backend }): any[] => specOf(render(policy, args, files).policies, NAME).rules;
const entriesOf = (authorities: readonly object[], args: object = { backend }, fields: object = {}) =>
  rulesOf(trustPolicy({ policies: [imagePolicy({ authorities })], ...fields }), args)[0].verifyImages[0].attestations[0].attestors[0]
    .entries;

describe('a ClusterPolicy', () => {
  it('fails closed, keeps no results, asks for every image to be verified, and for a digest', () => {
    const spec = specOf(render(trustPolicy(), { backend }).policies, NAME);
    expect(spec).toMatchObject({
      webhookConfiguration: { failurePolicy: 'Fail', timeoutSeconds: 30 },
      background: false,
      emitWarning: false,
    });
    expect(spec.rules[0].verifyImages).toEqual([
      {
        type: 'SigstoreBundle',
        imageReferences: ['ghcr.io/acme/*', 'ghcr.io/acme:*', 'ghcr.io/acme@*'],
        failureAction: 'Enforce',
        useCache: false,
        required: true,
        verifyDigest: true,
        mutateDigest: false,
        attestations: [
          {
            type: SIGN,
            attestors: [
              { count: 1, entries: [{ keyless: { issuer: ISSUER, subject: SUBJECT, rekor: { url: 'https://rekor.sigstore.dev' } } }] },
            ],
          },
        ],
      },
    ]);
  });

  it('holds in namespaces with the label only, for pods and what makes pods, by no repetition of Kyverno', () => {
    const { policies } = render(trustPolicy(), { backend });
    const [rule] = specOf(policies, NAME).rules;
    expect(rule.match.any).toEqual([
      {
        resources: {
          kinds: ['Pod', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet', 'CronJob'],
          operations: ['CREATE', 'UPDATE'],
          namespaceSelector: { matchLabels: { 'pulumi-model-supply-chain/enforce': 'true' } },
        },
      },
    ]);
    expect(policies[0]?.metadata.annotations).toMatchObject({ 'pod-policies.kyverno.io/autogen-controllers': 'none' });
  });

  it('finds images in all four places of every kind', () => {
    const [{ imageExtractors }] = rulesOf(trustPolicy());
    for (const kind of ['Pod', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet', 'CronJob']) {
      expect(imageExtractors[kind].map(({ name }: { name: string }) => name)).toEqual([
        'containers',
        'initContainers',
        'ephemeralContainers',
        'modelVolumes',
      ]);
    }
    expect(imageExtractors.CronJob[3]).toEqual({
      name: 'modelVolumes',
      path: '/spec/jobTemplate/spec/template/spec/volumes/*/image',
      value: 'reference',
    });
  });

  it('has a name of its own, and so have its rules', () => {
    const named = ['a', 'a.b', 'a-b', 'x'.repeat(80), 'x'.repeat(90)].map((name) => imagePolicy({ name }));
    const names = render(trustPolicy({ policies: named }), { backend })
      .policies.filter(({ kind }) => kind === 'ClusterPolicy')
      .map(({ metadata }) => metadata.name);
    expect(names.slice(0, 3)).toEqual(['models-a', 'models-a-b', 'models-2-a-b']);
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
    const attestations = ['unsigned', 'b-o-m', 'b.o.m'].map((name) => ({ name, sbom: { formats: ['spdx'] } }));
    const rules = rulesOf(trustPolicy({ policies: [imagePolicy({ attestations })] }));
    expect(rules.map(({ name }) => name)).toEqual(['unsigned', '1-unsigned', 'b-o-m', '3-b-o-m']);
  });

  it('tells and does not block where the policy warns', () => {
    const spec = specOf(render(trustPolicy({ policies: [imagePolicy({ mode: 'warn' })] }), { backend }).policies, NAME);
    expect(spec).toMatchObject({ webhookConfiguration: { failurePolicy: 'Ignore' }, emitWarning: true });
    expect(spec.rules[0].verifyImages[0]).toMatchObject({
      failureAction: 'Audit',
      required: false,
      verifyDigest: false,
      mutateDigest: false,
    });
  });

  it('that warns is asked by the webhook that blocks, beside one that enforces: they share an annotation', () => {
    const policies = [imagePolicy({ mode: 'warn' }), imagePolicy({ name: 'second' })];
    const rendered = render(trustPolicy({ policies }), { backend }).policies;
    for (const name of [NAME, 'models-second']) expect(specOf(rendered, name).webhookConfiguration.failurePolicy).toBe('Fail');
  });

  it.each([
    ['ghcr.io/acme/models', ['ghcr.io/acme/models:*', 'ghcr.io/acme/models@*']],
    ['ghcr.io/acme/**', ['ghcr.io/acme/*', 'ghcr.io/acme:*', 'ghcr.io/acme@*']],
    ['ghcr.io/**/prod', ['ghcr.io*/prod:*', 'ghcr.io*/prod@*']],
    ['ghcr.io/acme/m-*', ['ghcr.io/acme/m-*:*', 'ghcr.io/acme/m-*@*']],
  ])('covers %s by wildcards, and tells where those are wider', (glob, wildcards) => {
    const rendered = render(trustPolicy({ policies: [imagePolicy({ images: [glob] })] }), { backend });
    expect(specOf(rendered.policies, NAME).rules[0].verifyImages[0].imageReferences).toEqual(wildcards);
    const told = rendered.stricter.filter(({ what }) => what.includes('more path segments'));
    expect(told).toHaveLength(glob.replace('/**', '').includes('*') || glob === 'ghcr.io/**/prod' ? 1 : 0);
  });

  it('comes with the registry credentials and the digest mutation that were asked for', () => {
    const args = { backend, registrySecrets: ['ghcr'], registryCredentialHelpers: ['github'], pinTags: true };
    expect(rulesOf(trustPolicy(), args)[0].verifyImages[0]).toMatchObject({
      imageRegistryCredentials: { providers: ['github'], secrets: ['ghcr'] },
      mutateDigest: true,
    });
  });

  it('comes with a companion that denies images under another spelling, which it would not find', () => {
    const spec = specOf(render(trustPolicy({ unmatchedImages: 'allow' }), { backend }).policies, 'models-readable-images');
    expect(spec.validations.map(({ messageExpression }: { messageExpression: string }) => messageExpression)).toEqual([
      expect.stringContaining('[reference-malformed]'),
      expect.stringContaining('is not written in full'),
    ]);
    const warned = trustPolicy({ unmatchedImages: 'allow', policies: [imagePolicy({ mode: 'warn' })] });
    expect(specOf(render(warned, { backend }).policies, 'models-readable-images').validations).toHaveLength(1);
  });
});

describe('signers', () => {
  it('one entry for each identity, patterns anchored', () => {
    const identities = [
      { issuer: ISSUER, subject: SUBJECT, anyCaller: true },
      { issuer: ISSUER, subjectRegExp: 'ci-.*@acme\\.com', anyCaller: true },
    ];
    expect(entriesOf([keylessAuthority({ identities })])).toMatchObject([
      { keyless: { issuer: ISSUER, subject: SUBJECT } },
      { keyless: { issuer: ISSUER, subjectRegExp: '^(?:ci-.*@acme\\.com)$' } },
    ]);
  });

  it('a key without a trust root needs no log, and nothing from a TUF repository', () => {
    expect(entriesOf([keyAuthority()])).toEqual([
      { keys: { publicKeys: pem, rekor: { url: 'https://rekor.sigstore.dev', ignoreTlog: true }, ctlog: { ignoreSCT: true } } },
    ]);
  });

  it('are counted where the policy counts them', () => {
    const authorities = [keylessAuthority(), keyAuthority()];
    const [rule] = rulesOf(trustPolicy({ policies: [imagePolicy({ authorities, signatures: { threshold: 2 } })] }));
    expect(rule.verifyImages[0].attestations[0].attestors[0].count).toBe(2);
  });

  it('of a private Sigstore name nothing of it: Kyverno reads its flags', () => {
    const text = JSON.stringify(rulesOf(trustPolicy({ trustRoots: [tufRoot()] }), privateSigstore));
    expect(text).not.toContain(MIRROR);
    expect(text).not.toMatch(/additionalExtensions|"roots"|"pubkey"|"repository"/);
  });

  it('leave the log out only where the trust root does', () => {
    const thresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 1 };
    const [entry] = entriesOf([keylessAuthority()], privateSigstore, { trustRoots: [tufRoot({ thresholds })] });
    expect(entry.keyless.rekor.ignoreTlog).toBe(true);
    // That would also take the time from the clock of Kyverno.
    expect(entry.keyless.ctlog).toBeUndefined();
  });

  it('in the older layout are attestors, of which nothing is an attestation', () => {
    const policy = trustPolicy({ policies: [imagePolicy({ authorities: [keyAuthority()] })] });
    const [rule] = rulesOf(policy, { backend, signatureFormat: 'legacy' });
    expect(rule.verifyImages[0]).toMatchObject({ type: 'Cosign', attestors: [{ count: 1, entries: [{ keys: { publicKeys: pem } }] }] });
    expect(rule.verifyImages[0].attestations).toBeUndefined();
  });
});

describe('attestations', () => {
  const custom = (fields: readonly object[]) => ({
    name: 'red-team',
    custom: { predicateType: 'https://acme.example/red-team/v1', fields },
  });
  const withAttestations = (...attestations: object[]) => trustPolicy({ policies: [imagePolicy({ attestations })] });
  const conditionsOf = (policy: object, rule = 1): readonly { key: string; message: string }[] =>
    rulesOf(policy)[rule].verifyImages[0].attestations[0].conditions[0].all;

  it('have a rule of their own each, and always name who attests: without, every identity would do', () => {
    const rules = rulesOf(
      withAttestations({ name: 'bom', sbom: { formats: ['cyclonedx'] } }, custom([{ path: 'decision', equals: 'approved' }])),
    );
    expect(rules.map(({ name }) => name)).toEqual(['unsigned', 'bom', 'red-team']);
    for (const { verifyImages } of rules) {
      for (const { attestors } of verifyImages[0].attestations) expect(attestors[0].entries).toHaveLength(1);
    }
  });

  it('are asked for by one expression that is true or false, in which texts cannot do anything', () => {
    const [condition] = conditionsOf(withAttestations(custom([{ path: 'decision', equals: "it's {{ request.name }} `x` $(y)" }])));
    expect(condition).toEqual({
      key: '{{ "decision" == `"it\\u0027s \\u007b\\u007b request.name \\u007d\\u007d \\u0060x\\u0060 \\u0024\\u0028y\\u0029"` }}',
      operator: 'Equals',
      value: true,
      message: expect.stringMatching(/^\[attestation-field-mismatch\].*docs\/findings\/attestation-field-mismatch\.md$/),
    });
  });

  it('of which a summary of the gate stands for those that a ClusterPolicy cannot hold', () => {
    const verificationSummary = { verifierId: 'https://acme.example/model-gate', issuer: ISSUER, subject: 'gate@acme.example' };
    const policy = withAttestations({ name: 'scan', vulnerabilityScan: {} });
    const { policies, previewOnly } = render(policy, { backend, verificationSummary });
    const { rules } = specOf(policies, NAME);
    expect(rules.map(({ name }: { name: string }) => name)).toEqual(['unsigned', 'verification-summary']);
    const [{ attestations }] = rules[1].verifyImages;
    expect(attestations[0]).toMatchObject({
      type: 'https://slsa.dev/verification_summary/v1',
      attestors: [{ entries: [{ keyless: { issuer: ISSUER, subject: 'gate@acme.example' } }] }],
    });
    expect(previewOnly).toEqual([expect.objectContaining({ what: expect.stringContaining('certificate transparency') })]);
  });
});
