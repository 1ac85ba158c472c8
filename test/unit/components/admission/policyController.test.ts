import { ISSUER, SUBJECT, imagePolicy, keylessAuthority, problemsOf, render, specOf, trustPolicy } from './trustPolicies';

const tufRoot = (name: string) => ({ name, tuf: { url: `https://${name}.example`, root: 'root.json' } });
const files = { 'root.json': '{}' };

describe('for the policy-controller of Sigstore', () => {
  const backend = 'policyController';

  it('one authority for each identity, under the trust root of the policy', () => {
    const identities = [
      { issuer: ISSUER, subject: SUBJECT },
      { issuer: ISSUER, subjectRegExp: 'ci-.*' },
    ];
    const authorities = [keylessAuthority({ trustRoot: 'local', identities })];
    const { policies } = render(
      trustPolicy({ trustRoots: [tufRoot('local')], policies: [imagePolicy({ authorities })] }),
      { backend },
      files,
    );
    expect(specOf(policies, 'models-local')).toEqual({
      remote: { mirror: 'https://local.example', root: Buffer.from('{}').toString('base64') },
    });
    const trustRootRef = 'models-local';
    expect(specOf(policies, 'models-acme-models')).toEqual({
      mode: 'enforce',
      images: [{ glob: 'ghcr.io/acme/**' }, { glob: 'ghcr.io/acme' }],
      authorities: [
        {
          name: 'authority-0-release-0',
          signatureFormat: 'bundle',
          keyless: { url: 'https://fulcio.sigstore.dev', identities: [{ issuer: ISSUER, subject: SUBJECT }], trustRootRef },
          ctlog: { url: 'https://rekor.sigstore.dev', trustRootRef },
        },
        expect.objectContaining({ keyless: expect.objectContaining({ identities: [{ issuer: ISSUER, subjectRegExp: '^(?:ci-.*)$' }] }) }),
      ],
    });
  });

  it('tells that unmatched images are decided elsewhere', () => {
    expect(render(trustPolicy({ unmatchedImages: 'deny' }), { backend }).previewOnly).toMatchObject([
      { requirement: 'unmatchedImages', fix: expect.stringContaining('no-match-policy: deny') },
    ]);
  });
});

describe('what it cannot hold is refused with its path', () => {
  const exception = {
    name: 'x',
    images: ['ghcr.io/acme/a'],
    digest: `sha256:${'ab'.repeat(32)}`,
    policies: ['acme-models'],
    reason: 'r',
    owner: 'o',
    expires: '2026-12-31',
  };
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
    expect(problemsOf(policy, { backend: 'policyController' })).toEqual([expect.stringContaining(`trustPolicy: ${path}: expected what`)]);
  });
});
