import { ImageVerifier, loadInlineTrustPolicy } from '../../../verification';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { policyDocument } from '../../support/attack/policyFiles';

/** No policy covers the image, so no registry is asked. */
async function judge(fields: object): Promise<Answer> {
  const loaded = await loadInlineTrustPolicy(policyDocument(fields), 'trust-policy.yaml', __dirname);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding));
  const verdict = await new ImageVerifier(loaded.value).verify('docker.io/mallory/miner:latest');
  if (verdict.outcome === 'verified') throw new Error('an image without a policy was verified');
  const codes = verdict.findings.map(({ code }) => code);
  return { outcome: verdict.enforcement === 'ignore' ? 'admitted' : verdict.enforcement === 'warn' ? 'advised' : verdict.outcome, codes };
}

attempt('runs an image that no policy covers, under a file that does not speak about such images', {
  attacker: 'may choose an image',
  control: () => judge({ unmatchedImages: 'allow' }),
  attack: () => judge({}),
  expected: { outcome: 'rejected', code: 'image-not-covered' },
});
