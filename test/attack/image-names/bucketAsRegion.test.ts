import { parseTrustPolicyObject, policiesFor } from '../../../verification/trust-policy';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { policyDocument } from '../../support/attack/policyFiles';

const policy = parseTrustPolicyObject(
  policyDocument({}, { images: ['123456789012.dkr.ecr.*.amazonaws.com/acme/**'] }),
  'trust-policy.yaml',
);

function covered(repository: string): Promise<Answer> {
  if (!policy.ok) throw new Error(JSON.stringify(policy.finding));
  const isCovered = policiesFor(repository, policy.value).length > 0;
  return Promise.resolve(isCovered ? { outcome: 'accepted', codes: [] } : { outcome: 'denied', codes: ['image-not-covered'] });
}

attempt('names a bucket so that its address looks like a registry in a region', {
  attacker: 'may make buckets in the same cloud',
  control: () => covered('123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/x'),
  attack: () => covered('123456789012.dkr.ecr.s3.amazonaws.com/acme/x'),
  expected: { outcome: 'denied', code: 'image-not-covered' },
});
