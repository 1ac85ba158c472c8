import { parseModelLock } from '../../../verification/model-lock/parseModelLock';
import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import type { SignerIdentity } from '../../support/sigstore/signers';
import { valueOf } from '../../support/sigstore/verifying';

let images: SignedImages;
withSignedImages((made) => (images = made));

const { issuer, subject } = CALLED_BY_ACME;
const ANY_CALLER = { issuer, subject, anyCaller: true };

/** An image after one that the repository of acme built, as `model.lock` recorded it. */
async function afterRecorded(signer: SignerIdentity, caller: string) {
  const image = await images.sign(images.image(), signer);
  const lock = `apiVersion: model-supply-chain/v1alpha1
kind: ModelLock
images:
  - repository: ${image.reference.replace(/@.*/, '')}
    digest: sha256:${'0'.repeat(64)}
    signers:
      - keyless: { issuer: ${issuer}, subject: '${subject}', ${caller} }
`;
  const previousVerdicts = valueOf(parseModelLock(lock, 'model.lock'));
  return images.judge(image, [ANY_CALLER], { continuity: 'enforce' }, { previousVerdicts });
}

attempt('signs with the recorded workflow, called from another repository than the recorded one', {
  attacker: 'may call a public workflow and push to the registry',
  control: () => afterRecorded(CALLED_BY_ACME, 'sourceRepository: https://github.com/acme/ml'),
  attack: () => afterRecorded({ ...CALLED_BY_MALLORY, runnerEnvironment: 'github-hosted' }, 'sourceRepository: https://github.com/acme/ml'),
  expected: { outcome: 'rejected', code: 'signer-changed' },
});

attempt('makes the recorded repository anew under its name', {
  attacker: 'took over a name that was given up',
  control: () => afterRecorded({ ...CALLED_BY_ACME, sourceRepositoryId: '4711' }, "repositoryId: '4711'"),
  attack: () => afterRecorded({ ...CALLED_BY_ACME, sourceRepositoryId: '4712' }, "repositoryId: '4711'"),
  expected: { outcome: 'rejected', code: 'signer-changed' },
});
