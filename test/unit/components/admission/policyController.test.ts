import fc from 'fast-check';
import { controllerGlobs } from '../../../../components/admission/policy-controller/imageGlobs';
import { compileGlob } from '../../../../verification/trust-policy/globMatcher';
import { ISSUER, SUBJECT, exception, imagePolicy, keylessAuthority, problemsOf, render, specOf, trustPolicy } from './trustPolicies';
import { globParts, nameParts } from './globsAndNames';

const tufRoot = (name: string) => ({ name, tuf: { url: `https://${name}.example`, root: 'root.json' } });
const files = { 'root.json': '{}' };
const backend = 'policyController';
const PEM =
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExB6+H6054/W1SJgs5JR6AJr6J35J\nRCTfQ5s1kD+hGMSE1rH7s46hmXEeyhnlRnaGF8eMU/SBJE/2NKPnxE7WzQ==\n-----END PUBLIC KEY-----\n';

describe('for the policy-controller of Sigstore', () => {
  it('one authority for each identity, by the attestation that cosign writes as a signature', () => {
    const identities = [
      { issuer: ISSUER, subject: SUBJECT, anyCaller: true },
      { issuer: ISSUER, subjectRegExp: 'ci-.*', anyCaller: true },
    ];
    const { policies } = render(trustPolicy({ policies: [imagePolicy({ authorities: [keylessAuthority({ identities })] })] }), { backend });
    expect(specOf(policies, 'models-acme-models')).toEqual({
      mode: 'enforce',
      images: [{ glob: 'ghcr.io/acme@*' }, { glob: 'ghcr.io/acme/**@*' }],
      authorities: [
        {
          name: 'authority-0-release-0',
          signatureFormat: 'bundle',
          keyless: { url: 'https://fulcio.sigstore.dev', identities: [{ issuer: ISSUER, subject: SUBJECT }] },
          ctlog: { url: 'https://rekor.sigstore.dev' },
          attestations: [{ name: 'signature', predicateType: 'https://sigstore.dev/cosign/sign/v1' }],
        },
        expect.objectContaining({ keyless: expect.objectContaining({ identities: [{ issuer: ISSUER, subjectRegExp: '^(?:ci-.*)$' }] }) }),
      ],
    });
  });

  it('keys in the old layout, with the log of the trust root where the trust policy asks for one', () => {
    const authorities = [
      { name: 'plain', key: { data: PEM } },
      { name: 'logged', key: { data: PEM, trustRoot: 'local' } },
      { name: 'public', key: { data: PEM, trustRoot: 'public' } },
    ];
    const { policies, stricter } = render(
      trustPolicy({ trustRoots: [tufRoot('local'), { name: 'public', publicGood: {} }], policies: [imagePolicy({ authorities })] }),
      { backend },
      files,
    );
    const key = { data: expect.stringContaining('BEGIN PUBLIC KEY') };
    const url = 'https://rekor.sigstore.dev';
    expect(specOf(policies, 'models-acme-models').authorities).toEqual([
      { name: 'authority-0-plain', signatureFormat: 'legacy', key },
      { name: 'authority-1-logged', signatureFormat: 'legacy', key, ctlog: { url, trustRootRef: 'models-local' } },
      // An empty `ctlog` asks for no log.
      { name: 'authority-2-public', signatureFormat: 'legacy', key, ctlog: { url } },
    ]);
    expect(specOf(policies, 'models-local')).toEqual({
      remote: { mirror: 'https://local.example', root: Buffer.from('{}').toString('base64') },
    });
    expect(stricter).toContainEqual(expect.objectContaining({ what: expect.stringContaining('with a key in bundles') }));
  });

  it.each([
    ['deny', ['models-pod-images']],
    ['warn', ['models-pod-images', 'models-listed-images']],
    ['allow', ['models-pod-images']],
  ])('images that no policy covers (%s) are judged by the API server', (unmatchedImages, names) => {
    const { policies } = render(trustPolicy({ unmatchedImages }), { backend });
    const validating = policies.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').map(({ metadata }) => metadata.name);
    expect(validating).toEqual([...names, 'models-controller-config']);
    expect(JSON.stringify(policies).includes('[image-not-covered]')).toBe(unmatchedImages !== 'allow');
  });

  it('is guarded where it runs, and may itself write what it must', () => {
    const { guards } = render(trustPolicy(), { backend, policyControllerNamespace: 'sigstore' });
    const own = 'request.userInfo.groups.exists(g, g == "system:serviceaccounts:sigstore")';
    expect(specOf(guards, 'models-guard-policies').validations[0].expression).toContain(own);
    expect(specOf(guards, 'models-guard-policies').validations[0].expression).toContain('"policy.sigstore.dev"');
    expect(specOf(guards, 'models-guard-controller').validations[0].expression).toContain(own);
  });
});

describe('globs for policy-controller', () => {
  it.each([
    ['ghcr.io/acme/model', ['ghcr.io/acme/model@*']],
    ['docker.io/acme/**', ['index.docker.io/acme@*', 'index.docker.io/acme/**@*']],
    ['ghcr.io/**', ['ghcr.io/**@*']],
    ['ghcr.io/**/models/*', ['ghcr.io/models/*@*', 'ghcr.io/**/models/*@*']],
  ])('%s', (glob, expected) => {
    expect(controllerGlobs(glob)).toEqual(expected);
  });

  /** What policy-controller makes of a glob. */
  const asControllerReads = (glob: string) =>
    new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('**', '#').replaceAll('*', '[^/]*').replaceAll('#', '.*')}$`);

  it('cover what the trust policy covers, by digest', () => {
    fc.assert(
      fc.property(globParts, nameParts, (parts, names) => {
        const [text, repository] = [`h.io/${parts.join('/')}`, `h.io/${names.join('/')}`];
        const covers = controllerGlobs(text).some((one) => asControllerReads(one).test(`${repository}@sha256:00`));
        expect([text, repository, covers]).toEqual([text, repository, compileGlob(text)(repository)]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('several trust roots by TUF', () => {
  const logged = (name: string) => ({ name, key: { data: PEM, trustRoot: name } });
  const policy = trustPolicy({
    trustRoots: [tufRoot('one'), tufRoot('two')],
    policies: [imagePolicy({ authorities: [logged('one'), logged('two')] })],
  });

  it('are held by policy-controller for the logs of keys, which Kyverno cannot', () => {
    expect(problemsOf(policy, { backend }, files)).toEqual([]);
    expect(problemsOf(policy, {}, files)).toEqual([expect.stringContaining('trustRoots')]);
  });
});

describe('what it cannot hold is refused with its path', () => {
  it.each([
    [
      'an attestation',
      trustPolicy({ policies: [imagePolicy({ attestations: [{ name: 'bom', sbom: {} }] })] }),
      'policies[0].attestations[0]',
    ],
    ['freshness', trustPolicy({ policies: [imagePolicy({ freshness: { maxSignatureAge: '30d' } })] }), 'policies[0].freshness'],
    ['an exception', trustPolicy({ exceptions: [exception] }), 'exceptions[0]'],
    [
      'thresholds',
      trustPolicy({ trustRoots: [{ name: 'r', publicGood: {}, thresholds: { transparencyLog: 0, certificateTransparency: 0 } }] }),
      'trustRoots[0].thresholds',
    ],
  ])('%s', (_what, policy, path) => {
    expect(problemsOf(policy, { backend })).toEqual([expect.stringContaining(`trustPolicy: ${path}: expected what`)]);
  });

  it('identities under a Sigstore of your own, which it would never verify', () => {
    const policy = trustPolicy({
      trustRoots: [tufRoot('local')],
      policies: [imagePolicy({ authorities: [keylessAuthority({ trustRoot: 'local' })] })],
    });
    expect(problemsOf(policy, { backend }, files)).toEqual([
      expect.stringContaining('trustPolicy: policies[0].authorities[0].keyless.trustRoot: expected a publicGood trust root'),
    ]);
  });

  it.each([
    ['verificationSummary', { verificationSummary: { verifierId: 'x', keyPath: 'x' } }],
    ['legacySignaturesUnsafe', { legacySignaturesUnsafe: true }],
    ['registrySecrets', { registrySecrets: ['ghcr'] }],
    ['backgroundScan', { backgroundScan: true }],
    ['timeoutSeconds', { timeoutSeconds: 10 }],
    ['kyvernoNamespace', { kyvernoNamespace: 'policies' }],
  ])('%s, which nobody would read', (name, args) => {
    expect(problemsOf(trustPolicy(), { backend, ...args })).toContainEqual(
      expect.stringContaining(`${name}: expected nothing where backend is policyController`),
    );
  });

  it('and its namespace where Kyverno enforces', () => {
    expect(problemsOf(trustPolicy(), { policyControllerNamespace: 'sigstore' })).toEqual([
      expect.stringContaining('policyControllerNamespace'),
    ]);
  });
});
