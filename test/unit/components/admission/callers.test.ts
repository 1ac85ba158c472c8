import { generateKeyPairSync } from 'node:crypto';
import { ISSUER, SUBJECT, imagePolicy, keylessAuthority, problemsOf, render, trustPolicy } from './trustPolicies';

const CALLER = { sourceRepository: 'https://github.com/acme/ml-models', runnerEnvironment: 'github-hosted' };
const bound = trustPolicy({
  policies: [imagePolicy({ authorities: [keylessAuthority({ identities: [{ issuer: ISSUER, subject: SUBJECT, ...CALLER }] })] })],
});
const any = trustPolicy({
  policies: [imagePolicy({ authorities: [keylessAuthority({ identities: [{ issuer: ISSUER, subject: SUBJECT, anyCaller: true }] })] })],
});
const cosignKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const byMail = { verifierId: 'https://acme.example/model-gate', issuer: 'https://accounts.google.com', subject: 'gate@acme.com' };
const byWorkflow = { ...byMail, issuer: ISSUER, subject: 'https://github.com/acme/platform/.github/workflows/promote.yml@refs/heads/main' };

describe('an identity that names its caller', () => {
  it.each([undefined, 'kyverno', 'clusterPolicy', 'policyController'])('is refused by the backend %s, with the ways out', (backend) => {
    const args = backend === undefined ? {} : { backend };
    const problems = problemsOf(bound, args);
    expect(problems).toEqual([
      expect.stringContaining('policies[0].authorities[0].keyless.identities[0]: expected anyCaller: true, or a verification summary'),
    ]);
    expect(problems[0]).toContain('found sourceRepository https://github.com/acme/ml-models, runnerEnvironment github-hosted');
    expect(problems[0]).toContain('verificationSummary');
    expect(problems[0]).toContain('anyCaller: true in place of these fields');
    // The same file without the caller is accepted.
    expect(problemsOf(any, args)).toEqual([]);
  });

  it('is refused by policy-controller whatever signs summaries, since it reads none', () => {
    expect(problemsOf(bound, { backend: 'policyController' })).toHaveLength(1);
  });

  it.each(['kyverno', 'clusterPolicy'])('holds in the backend %s by the summary of the gate, on every image', (backend) => {
    const { policies, previewOnly } = render(bound, { backend, verificationSummary: byMail });
    const text = JSON.stringify(policies);
    expect(text).toContain('https://slsa.dev/verification_summary/v1');
    expect(text).not.toContain('additionalExtensions');
    expect(previewOnly.filter(({ requirement }) => requirement === 'verificationSummary')).toEqual([]);
  });

  it('is told about, where the summaries are signed by a workflow that others might call', () => {
    const gaps = (summary: object) => render(bound, { verificationSummary: { ...byWorkflow, ...summary } }).previewOnly;
    expect(gaps({})).toEqual([
      expect.objectContaining({ requirement: 'verificationSummary', what: expect.stringContaining('which repository called') }),
    ]);
    expect(gaps({ anyCaller: true })).toEqual([]);
    expect(render(any, { verificationSummary: byWorkflow }).previewOnly).toEqual([]);
  });
});

describe('signers that Kyverno would count twice', () => {
  const keyless = (name: string, ...identities: object[]) => ({ name, keyless: { identities } });
  const counted = (...authorities: object[]) => trustPolicy({ policies: [imagePolicy({ authorities, signatures: { threshold: 2 } })] });
  const workflow = (ref: string) => ({ issuer: ISSUER, subject: SUBJECT.replace('refs/heads/main', ref), anyCaller: true });
  const reviewer = keyless('review', { issuer: 'https://accounts.google.com', subject: 'reviewer@acme.com' });
  const again = 'policies[0].authorities[1]: expected each signer once';

  it.each<[string, object[]]>([
    [
      'one workflow on a branch and on a tag',
      [keyless('branch', workflow('refs/heads/main')), keyless('tag', workflow('refs/tags/v1')), reviewer],
    ],
    [
      'one mailbox of two issuers',
      [
        reviewer,
        keyless('other', { issuer: 'https://github.com/login/oauth', subject: 'Reviewer+ci@acme.com' }),
        keyless('release', workflow('refs/heads/main')),
      ],
    ],
    ['one key in two encodings', [{ name: 'a', key: { data: cosignKey } }, { name: 'b', key: { data: compressed(cosignKey) } }, reviewer]],
  ])('%s', (_what, authorities) => {
    expect(problemsOf(counted(...authorities))).toEqual([expect.stringContaining(again)]);
  });

  it('and different ones are accepted', () => {
    expect(problemsOf(counted(keyless('release', workflow('refs/heads/main')), reviewer))).toEqual([]);
  });

  it('one key in two encodings is one attestor, in the encoding that Go reads', () => {
    const authorities = [
      { name: 'a', key: { data: compressed(cosignKey) } },
      { name: 'b', key: { data: cosignKey } },
    ];
    const { policies } = render(trustPolicy({ policies: [imagePolicy({ authorities })] }));
    const spec = policies[0]?.spec as { readonly attestors: readonly { readonly cosign: { readonly key: object } }[] };
    expect(spec.attestors.map(({ cosign }) => cosign.key)).toEqual([{ data: cosignKey }, { data: cosignKey }]);
  });
});

/** The same point, written by its x and one bit: SPKI with a compressed point. */
function compressed(pem: string): string {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const point = der.subarray(-65);
  const short = Buffer.concat([Buffer.from([(point[64] ?? 0) % 2 === 0 ? 2 : 3]), point.subarray(1, 33)]);
  const algorithm = der.subarray(2, der.length - 68);
  const bits = Buffer.concat([Buffer.from([0x03, short.length + 1, 0x00]), short]);
  const body = Buffer.concat([algorithm, bits]);
  const spki = Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${spki.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END PUBLIC KEY-----\n`;
}
