import { attempt } from '../../support/attack/attempt';
import { daysAgo, withOldEvidence } from '../../support/attack/oldEvidence';
import type { OldEvidence } from '../../support/attack/oldEvidence';

let evidence: OldEvidence;
withOldEvidence((made) => (evidence = made));

/** `model.lock` remembers an image that was signed three days ago. */
const record = () => ({
  digest: `sha256:${'ab'.repeat(32)}`,
  signedAt: daysAgo(3).toISOString(),
  signers: [],
});
const options = (repository: string) => ({
  previousVerdicts: new Map([[`${evidence.supplyChain.registry.address}/${repository}`, [record()]]]),
});

attempt('goes back to an old image, whose signature was logged again', {
  attacker: 'may push to the registry and move a tag',
  control: async () => {
    const image = evidence.image();
    await evidence.attach(image, await evidence.signed(image, daysAgo(1)));
    return evidence.judge(image, { rollback: 'enforce' }, options(image.repository));
  },
  attack: async () => {
    const image = evidence.image();
    const old = await evidence.signed(image, daysAgo(30));
    await evidence.attach(image, old, await evidence.relogged(old));
    return evidence.judge(image, { rollback: 'enforce' }, options(image.repository));
  },
  expected: { outcome: 'rejected', code: 'rolled-back' },
});
