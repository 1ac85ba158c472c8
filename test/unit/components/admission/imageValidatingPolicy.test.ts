import { generateKeyPairSync } from 'node:crypto';
import { ISSUER, SUBJECT, imagePolicy, keylessAuthority, render, specOf, trustPolicy } from './trustPolicies';

const POLICY = 'models-images';

const tufRoot = { name: 'local', tuf: { url: 'https://tuf.acme.example', root: 'root.json' } };
const files = { 'root.json': '{"signed":{}}', 'trusted_root.json': '{"mediaType":"x"}' };
const attestors = (policy: object): readonly { readonly name: string; readonly cosign: Record<string, unknown> }[] =>
  specOf(render(policy, {}, files).policies, POLICY).attestors;

describe('attestors', () => {
  it('one for each identity: Kyverno refuses bundles for an attestor with two', () => {
    const identities = [
      { issuer: ISSUER, subject: SUBJECT, anyCaller: true },
      { issuer: 'https://accounts.google.com', subjectRegExp: 'ci-.*@acme\\.com' },
    ];
    const found = attestors(trustPolicy({ policies: [imagePolicy({ authorities: [keylessAuthority({ identities })] })] }));
    expect(found.map(({ cosign }) => cosign['keyless'])).toEqual([
      { identities: [{ issuer: ISSUER, subject: SUBJECT }] },
      { identities: [{ issuer: 'https://accounts.google.com', subjectRegExp: '^(?:ci-.*@acme\\.com)$' }] },
    ]);
  });

  it('of a private Sigstore all name its TUF repository: one without it would turn the process to the public one', () => {
    const authorities = [keylessAuthority(), { ...keylessAuthority(), name: 'second' }];
    const found = attestors(trustPolicy({ trustRoots: [tufRoot], policies: [imagePolicy({ authorities })] }));
    const tuf = { mirror: 'https://tuf.acme.example', root: { data: Buffer.from(files['root.json']).toString('base64') } };
    expect(found.map(({ cosign }) => cosign['tuf'])).toEqual([tuf, tuf]);
  });

  it('of a trust root in a file carry the file itself', () => {
    const trustRoots = [{ name: 'local', file: { path: 'trusted_root.json' } }];
    expect(attestors(trustPolicy({ trustRoots })).map(({ cosign }) => cosign['trustedRoot'])).toEqual([
      { value: files['trusted_root.json'] },
    ]);
  });

  it('have no ctlog where the defaults hold, and leave the log out only where the policy does', () => {
    const thresholds = { transparencyLog: 0, certificateTransparency: 0, timestamps: 1 };
    const [usual] = attestors(trustPolicy());
    const [github] = attestors(trustPolicy({ trustRoots: [{ ...tufRoot, thresholds }] }));
    expect(usual?.cosign['ctlog']).toBeUndefined();
    expect(github?.cosign['ctlog']).toEqual({ insecureIgnoreTlog: true, insecureIgnoreSCT: true });
  });

  it.each([
    ['P-256', undefined],
    ['P-384', 'sha384'],
    ['P-521', 'sha512'],
  ])('with a key of %s are told its hash where it is not SHA-256', (namedCurve, hashAlgorithm) => {
    const data = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const [found] = attestors(trustPolicy({ policies: [imagePolicy({ authorities: [{ name: 'k', key: { data } }] })] }));
    expect(found?.cosign['key']).toEqual({ data, ...(hashAlgorithm && { hashAlgorithm }) });
  });

  it('never have what Kyverno reads over: subjectExpression, additionalExtensions, roots', () => {
    const text = JSON.stringify(render(trustPolicy({ trustRoots: [tufRoot] }), {}, files).policies);
    expect(text).not.toMatch(/subjectExpression|additionalExtensions|"roots"/);
  });
});

describe('what a policy looks at', () => {
  const { policies } = render(trustPolicy());

  it('pods, repeated for their controllers, and ephemeral containers', () => {
    const pods = specOf(policies, POLICY);
    expect(pods.matchConstraints.resourceRules).toEqual([
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
    ]);
    expect(pods.autogen.podControllers.controllers).toContain('deployments');
    expect(specOf(policies, `${POLICY}-debug`).matchConstraints.resourceRules[0].resources).toEqual(['pods/ephemeralcontainers']);
  });

  it('every image once, volumes included, by an expression that Kyverno can rewrite for controllers', () => {
    const [all, ...others] = specOf(policies, POLICY).images as readonly { readonly name: string; readonly expression: string }[];
    expect(all?.expression).toMatch(/^\(object\.spec\.\?containers.* \+ object\.spec\.\?volumes.*\)\.distinct\(\)$/);
    // All names that Kyverno has extractors of its own for: one that is left out would bring its images in again.
    expect([all, ...others].map((extractor) => extractor?.name)).toEqual(['containers', 'initContainers', 'ephemeralContainers']);
    expect(others.map(({ expression }) => expression)).toEqual(['[]', '[]']);
  });

  it('namespaces with the label only', () => {
    expect(specOf(policies, POLICY).matchConstraints.namespaceSelector).toEqual({
      matchLabels: { 'pulumi-model-supply-chain/enforce': 'true' },
    });
  });

  it('fails closed, in a webhook of its own', () => {
    expect(specOf(policies, POLICY)).toMatchObject({
      failurePolicy: 'Fail',
      validationActions: ['Deny'],
      webhookConfiguration: { timeoutSeconds: 30 },
      validationConfigurations: { mutateDigest: false, required: true },
    });
  });

  it('with mode warn neither blocks nor changes anything', () => {
    const warn = specOf(render(trustPolicy({ policies: [imagePolicy({ mode: 'warn' })] })).policies, `${POLICY}-warn`);
    expect(warn).toMatchObject({
      failurePolicy: 'Ignore',
      validationActions: ['Warn', 'Audit'],
      validationConfigurations: { mutateDigest: false },
    });
  });

  it('does not take an attestation for a signature', () => {
    const text = JSON.stringify(specOf(policies, POLICY));
    expect(text).not.toContain('verifyImageSignatures');
    expect(specOf(policies, POLICY).attestations).toEqual([{ name: 'signature', intoto: { type: 'https://sigstore.dev/cosign/sign/v1' } }]);
  });

  it('counts signers where the policy does', () => {
    const authorities = [
      keylessAuthority(),
      { name: 'other', keyless: { identities: [{ issuer: ISSUER, subject: 'https://x.example/y', anyCaller: true }] } },
    ];
    const two = render(trustPolicy({ policies: [imagePolicy({ authorities, signatures: { threshold: 2 } })] }));
    expect(JSON.stringify(specOf(two.policies, POLICY).variables)).toContain('[attestors.p0_a0_release_0, attestors.p0_a1_other_0]) >= 2');
  });
});

describe('unmatched images', () => {
  const actions = (unmatchedImages: string) =>
    render(trustPolicy({ unmatchedImages }))
      .policies.filter(({ kind, metadata }) => kind === 'ValidatingPolicy' && !metadata.name.endsWith('-debug'))
      .map(({ metadata, spec }) => [metadata.name, spec['validationActions']]);
  it.each([
    ['deny', [['models-listed-images', ['Deny']]]],
    [
      'warn',
      [
        ['models-readable-images', ['Deny']],
        ['models-listed-images', ['Warn', 'Audit']],
      ],
    ],
    ['allow', [['models-readable-images', ['Deny']]]],
  ])('%s; what cannot be read is denied in any case', (unmatchedImages, expected) => {
    expect(actions(unmatchedImages)).toEqual(expected);
  });
});

describe('what the cluster cannot hold', () => {
  const attestations = [
    { name: 'scan', vulnerabilityScan: {} },
    { name: 'build', slsaProvenance: { level: 2 } },
  ];
  const policy = trustPolicy({ policies: [imagePolicy({ attestations, freshness: { maxSignatureAge: '30d' }, rollback: 'enforce' })] });

  it('is told requirement by requirement', () => {
    expect(render(policy).previewOnly.map(({ requirement, what }) => [requirement, what])).toEqual([
      ['freshness', 'signatures older than 30d'],
      ['rollback', 'an older image'],
      ['scan', expect.stringContaining('severities')],
      ['build', 'level 2'],
    ]);
  });

  const told = (trustRoots: readonly object[], ...authorities: readonly object[]) => {
    const { previewOnly, stricter } = render(trustPolicy({ trustRoots, policies: [imagePolicy({ authorities })] }), {}, files);
    const signatures = (gaps: typeof stricter) => gaps.filter(({ requirement }) => requirement === 'signatures').map(({ what }) => what);
    return { previewOnly: signatures(previewOnly), stricter: signatures(stricter) };
  };
  const key = (namedCurve: string, fields: object = {}) => {
    const data = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return { name: 'k', key: { data, ...fields } };
  };
  const OLD = expect.stringContaining('(.sig)');

  it('of signatures goes by what the trust root asks for', () => {
    const untimed = { ...tufRoot, thresholds: { transparencyLog: 0, timestamps: 1 } };
    const authority = keylessAuthority({ trustRoot: 'local' });
    expect(told([tufRoot], authority)).toEqual({ previewOnly: [], stricter: [OLD, expect.stringContaining('timestamp authority alone')] });
    expect(told([untimed], authority)).toEqual({ previewOnly: [], stricter: [OLD, expect.stringContaining('from a log alone')] });
  });

  it('of signatures by a key is the time, and the hash of cosign 2 for the larger curves', () => {
    expect(told([tufRoot], key('P-256'))).toEqual({ previewOnly: [], stricter: [OLD] });
    expect(told([tufRoot], key('P-384'))).toEqual({ previewOnly: [], stricter: [OLD, expect.stringContaining('SHA-256')] });
    expect(told([tufRoot], key('P-256', { trustRoot: 'local' })).previewOnly).toEqual([
      'when the key of authority k signed: a log entry that states no time',
    ]);
  });

  it('is nothing with verification summaries of the gate', () => {
    const verificationSummary = { verifierId: 'https://acme.example/model-gate', issuer: ISSUER, subject: SUBJECT };
    const { policies, previewOnly } = render(policy, { verificationSummary });
    expect(previewOnly).toEqual([]);
    const spec = specOf(policies, POLICY);
    expect(spec.attestors).toContainEqual({ name: 'summary', cosign: { keyless: { identities: [{ issuer: ISSUER, subject: SUBJECT }] } } });
    expect(spec.variables.at(-1).expression).toContain('https://acme.example/model-gate');
  });
});
