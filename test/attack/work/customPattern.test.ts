import { customCheck } from '../../../verification/checks/attestations/customCheck';
import { parseTrustPolicyObject } from '../../../verification/trust-policy';
import { attempt } from '../../support/attack/attempt';
import { answerToPolicy, policyDocument } from '../../support/attack/policyFiles';

const withPattern = (pattern: string): object =>
  policyDocument(
    {},
    { attestations: [{ name: 'approval', custom: { predicateType: 'https://acme.example/a', fields: [{ path: 'by', pattern }] } }] },
  );

attempt('has a pattern of a custom field accepted that looks ahead', {
  attacker: 'changes a trust policy in a pull request',
  control: () => {
    const parsed = parseTrustPolicyObject(withPattern('(a+)+b'), 'trust-policy.yaml');
    if (!parsed.ok || customCheck.predicateTypes.length === 0) throw new Error('the set-up is broken');
    return answerToPolicy(withPattern('(a+)+b'), 'policies[0].attestations[0]');
  },
  attack: () => answerToPolicy(withPattern('(?=(?:a+)+$)b'), 'policies[0].attestations[0].custom.fields[0].pattern'),
  expected: { outcome: 'refused', code: 'trust-policy-invalid' },
});
