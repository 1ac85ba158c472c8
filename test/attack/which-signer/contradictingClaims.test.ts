import { attempt } from '../../support/attack/attempt';
import { CALLED_BY_ACME, CALLED_BY_MALLORY, withSignedImages } from '../../support/attack/signers';
import type { SignedImages } from '../../support/attack/signers';
import { callerExtensions } from '../../support/sigstore/workflowTokens';

let images: SignedImages;
withSignedImages((made) => (images = made));

const OID = '1.3.6.1.4.1.57264.1.';
const acme = callerExtensions(CALLED_BY_ACME);
/** The certificate of acme with some of its extensions as another build has them. */
const withOther = (build: typeof acme, ...numbers: readonly number[]) =>
  acme.map((extension) => {
    const [oid] = extension;
    const other = build.find(([candidate]) => candidate === oid);
    return numbers.some((number) => oid === `${OID}${number}`) && other ? other : extension;
  });
const mallory = callerExtensions({ ...CALLED_BY_MALLORY, sourceRepositoryRef: 'refs/heads/x', buildTrigger: 'pull_request_target' });

const ATTEMPTS: readonly (readonly [what: string, numbers: readonly number[]])[] = [
  ['an old extension for another repository', [5]],
  ['an old extension for another ref', [6]],
  ['an old extension for another event', [2]],
  ['an old extension for another commit', [3]],
];
for (const [what, numbers] of ATTEMPTS) {
  attempt(`has a certificate with ${what}`, {
    attacker: 'gets odd certificates of a careless private authority',
    control: async () => images.judge(await images.signCertified(CALLED_BY_ACME, acme), [CALLED_BY_ACME]),
    attack: async () => images.judge(await images.signCertified(CALLED_BY_ACME, withOther(mallory, ...numbers)), [CALLED_BY_ACME]),
    expected: { outcome: 'rejected', code: 'signature-invalid' },
  });
}

attempt('has a certificate with another issuer in the old extension', {
  attacker: 'gets odd certificates of a careless private authority',
  control: async () => {
    const issuer = [`${OID}1`, Buffer.from(CALLED_BY_ACME.issuer), false] as const;
    return images.judge(await images.signCertified(CALLED_BY_ACME, [...acme, issuer]), [CALLED_BY_ACME]);
  },
  attack: async () => {
    const issuer = [`${OID}1`, Buffer.from('https://issuer.mallory.example'), false] as const;
    return images.judge(await images.signCertified(CALLED_BY_ACME, [...acme, issuer]), [CALLED_BY_ACME]);
  },
  expected: { outcome: 'rejected', code: 'signature-invalid' },
});
