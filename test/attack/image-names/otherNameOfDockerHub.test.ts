import { parseReference } from '../../../verification';
import { repositoryName } from '../../../verification/reference/reference';
import { parseTrustPolicyObject, policiesFor } from '../../../verification/trust-policy';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { policyDocument } from '../../support/attack/policyFiles';

/** Whether the policy for `docker.io/acme/**` is asked about an image. */
function asked(reference: string): Promise<Answer> {
  const policy = parseTrustPolicyObject(policyDocument({}, { images: ['acme/**'] }), 'trust-policy.yaml');
  const parsed = parseReference(reference);
  if (!policy.ok || !parsed.ok) throw new Error('the set-up is broken');
  const isCovered = policiesFor(repositoryName(parsed.value.repository), policy.value).length > 0;
  return Promise.resolve(isCovered ? { outcome: 'accepted', codes: [] } : { outcome: 'advised', codes: ['image-not-covered'] });
}

attempt('takes an image of Docker Hub out of its policy by the name of the server', {
  attacker: 'may choose how an image is written',
  control: () => asked('docker.io/acme/model'),
  attack: () => asked('registry-1.docker.io/acme/model'),
  expected: { outcome: 'accepted', code: undefined },
});
