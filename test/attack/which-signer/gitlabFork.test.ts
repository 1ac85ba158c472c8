import { attempt } from '../../support/attack/attempt';
import { withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import type { SignerIdentity } from '../../support/sigstore/signers';

const PIPELINE: SignerIdentity = {
  issuer: 'https://gitlab.com',
  subject: 'https://gitlab.com/acme/ml//.gitlab-ci.yml@refs/heads/main',
  sourceRepository: 'https://gitlab.com/acme/ml',
};

let images: SignedImages;
withSignedImages((made) => (images = made));

// In a pipeline of a merge request, GitLab names the project of the fork: https://gitlab.com/gitlab-org/gitlab/-/issues/561735
attempt('signs in the pipeline of a merge request from a fork on GitLab', {
  attacker: 'opens a merge request',
  control: async () => images.judge(await images.sign(images.image(), PIPELINE), [PIPELINE]),
  attack: async () =>
    images.judge(await images.sign(images.image(), { ...PIPELINE, sourceRepository: 'https://gitlab.com/mallory/ml' }), [PIPELINE]),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});
