import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import { callerExtensions } from '../../support/sigstore/workflowTokens';

let images: SignedImages;
withSignedImages((made) => (images = made));

const OID = '1.3.6.1.4.1.57264.1.';
const without = (extensions: ReturnType<typeof callerExtensions>, ...numbers: readonly number[]) =>
  extensions.filter(([oid]) => !numbers.some((number) => oid === `${OID}${number}`));
const acme = callerExtensions(CALLED_BY_ACME);
const old = (extensions: typeof acme) => extensions.filter(([oid]) => Number(oid.slice(OID.length)) < 8);

attempt('has a certificate that says nothing about its caller', {
  attacker: 'gets certificates of an authority that leaves claims out',
  control: async () => images.judge(await images.signCertified(CALLED_BY_ACME, acme), [CALLED_BY_ACME]),
  attack: async () => images.judge(await images.signCertified(CALLED_BY_ACME, []), [CALLED_BY_ACME]),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});

attempt('has a certificate without the number that the policy names', {
  attacker: 'gets certificates of an authority that leaves claims out',
  control: async () => {
    const [identity] = [{ ...CALLED_BY_ACME, sourceRepositoryId: '4711' }];
    return images.judge(await images.signCertified(identity, callerExtensions(identity)), [identity]);
  },
  attack: async () => {
    const identity = { ...CALLED_BY_ACME, sourceRepositoryId: '4711' };
    return images.judge(await images.signCertified(identity, without(callerExtensions(identity), 15)), [identity]);
  },
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});

attempt('has a certificate from before 2023 for a repository of its own', {
  attacker: 'may call a public workflow, with an old Fulcio',
  control: async () => images.judge(await images.signCertified(CALLED_BY_ACME, old(acme)), [CALLED_BY_ACME]),
  attack: async () => images.judge(await images.signCertified(CALLED_BY_ACME, old(callerExtensions(CALLED_BY_MALLORY))), [CALLED_BY_ACME]),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});
