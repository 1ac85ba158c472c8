import { attempt } from '../../support/attack/attempt';
import { readIdentity } from '../../support/attack/signers';

const GITHUB = 'https://token.actions.githubusercontent.com';
const REPOSITORY = { sourceRepository: 'https://github.com/acme/ml' };

const IDENTITIES: readonly (readonly [what: string, identity: object])[] = [
  ['a workflow of GitHub', { issuer: GITHUB, subject: 'https://github.com/acme/w/.github/workflows/b.yml@refs/tags/v3' }],
  ['a workflow by its commit', { issuer: GITHUB, subject: `https://github.com/acme/w/.github/workflows/b.yml@${'a'.repeat(40)}` }],
  ['a pattern of workflows', { issuer: GITHUB, subjectRegExp: 'https://github\\.com/acme/w/\\.github/workflows/b\\.yml@refs/tags/.*' }],
  ['the issuer of an enterprise', { issuer: `${GITHUB}/acme`, subject: 'https://github.com/acme/w/.github/workflows/b.yml@refs/tags/v3' }],
  [
    'a GitHub Enterprise Server',
    { issuer: 'https://git.acme.example/_services/token', subject: 'https://git.acme.example/a/w/.github/workflows/b.yml@refs/tags/v3' },
  ],
  ['a pipeline of GitLab', { issuer: 'https://gitlab.com', subject: 'https://gitlab.com/acme/w//.gitlab-ci.yml@refs/heads/main' }],
  [
    'a pipeline of a GitLab of its own',
    { issuer: 'https://gitlab.acme.example', subject: 'https://gitlab.acme.example/acme/w//ci/build.yml@refs/heads/main' },
  ],
  ['a pattern that may be one', { issuer: 'https://issuer.acme.example', subjectRegExp: '.*@acme\\.example' }],
  ['a pattern with a hidden one', { issuer: 'https://issuer.acme.example', subjectRegExp: 'ann@acme\\.com|h\\x{74}tps:[/\\x40-z.]+' }],
  ['a pattern of an issuer of mail and workflows', { issuer: 'https://issuer.acme.example', subjectRegExp: '(?i)HTTPS://.*@refs/.*' }],
];

for (const [what, identity] of IDENTITIES) {
  attempt(`relies on a policy that names no caller: ${what}`, {
    attacker: 'may call a public workflow',
    control: () => readIdentity({ ...identity, ...REPOSITORY }),
    attack: () => readIdentity(identity),
    expected: { outcome: 'refused', code: 'trust-policy-invalid' },
  });
}

const FIELDS: readonly object[] = [
  { sourceRepositoryOwnerId: '1' },
  { buildTrigger: 'push' },
  { runnerEnvironment: 'github-hosted' },
  { anyCaller: false },
  { anyCaller: true, ...REPOSITORY },
  { sourceRepository: 'acme/ml' },
  { sourceRepository: 'https://github.com/acme' },
  { sourceRepository: 'https://github.com/acme/ml?x' },
];
for (const fields of FIELDS) {
  attempt(`relies on a policy that does not bind the caller: ${JSON.stringify(fields)}`, {
    attacker: 'may call a public workflow',
    control: () =>
      readIdentity({ issuer: GITHUB, subject: 'https://github.com/acme/w/.github/workflows/b.yml@refs/tags/v3', anyCaller: true }),
    attack: () => readIdentity({ issuer: GITHUB, subject: 'https://github.com/acme/w/.github/workflows/b.yml@refs/tags/v3', ...fields }),
    expected: { outcome: 'refused', code: 'trust-policy-invalid' },
  });
}
