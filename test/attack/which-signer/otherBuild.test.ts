import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import type { SignerIdentity } from '../../support/sigstore/signers';

const EXPECTED: SignerIdentity = {
  ...CALLED_BY_ACME,
  sourceRepositoryId: '4711',
  sourceRepositoryOwnerId: '42',
  sourceRepositoryRef: 'refs/heads/main',
  buildTrigger: 'push',
  runnerEnvironment: 'github-hosted',
  buildConfig: 'https://github.com/acme/ml/.github/workflows/release.yml@refs/heads/main',
};

let images: SignedImages;
withSignedImages((made) => (images = made));

// Each is one difference between the build that is meant and one that somebody else can start.
const ATTEMPTS: readonly (readonly [name: string, attacker: string, build: Partial<SignerIdentity>])[] = [
  ['makes the repository anew under its old name', 'took over a name that was given up', { sourceRepositoryId: '4712' }],
  ['makes an owner of the old name', 'took over a name that was given up', { sourceRepositoryOwnerId: '43' }],
  ['builds a branch of its own', 'may push branches', { sourceRepositoryRef: 'refs/heads/mallory' }],
  ['builds a pull request', 'opens a pull request', { sourceRepositoryRef: 'refs/pull/7/merge' }],
  ['has the build started by an event that runs code of forks', 'opens a pull request', { buildTrigger: 'pull_request_target' }],
  ['builds on a machine of its own', 'may register a runner', { runnerEnvironment: 'self-hosted' }],
  [
    'calls from another workflow of the repository',
    'may push branches',
    { buildConfig: 'https://github.com/acme/ml/.github/workflows/test.yml@refs/heads/main' },
  ],
  ['signs from a fork', 'may fork the repository', { sourceRepository: 'https://github.com/mallory/ml' }],
  ['signs from a repository whose name begins alike', 'may make repositories', { sourceRepository: 'https://github.com/acme/ml-evil' }],
  ['signs from a repository of a look-alike owner', 'may make repositories', { sourceRepository: 'https://github.com/acme-/ml' }],
];

for (const [name, attacker, build] of ATTEMPTS) {
  attempt(name, {
    attacker,
    control: async () => images.judge(await images.sign(images.image(), EXPECTED), [EXPECTED]),
    attack: async () => images.judge(await images.sign(images.image(), { ...EXPECTED, ...build }), [EXPECTED]),
    expected: { outcome: 'rejected', code: 'identity-mismatch' },
  });
}
