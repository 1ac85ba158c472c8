import { KyvernoInstallation, ModelAdmission, ModelNamespace } from 'pulumi-model-supply-chain';
import { TRUST_POLICY, VERIFIER_ID } from './gate';

const kyverno = new KyvernoInstallation('kyverno');

/**
 * Kyverno reads issuer and subject of a certificate, and not which repository called the workflow. That the gate checked it is in the
 * summary that `promote.ts` signs, and every image needs one.
 */
const admission = new ModelAdmission(
  'models',
  {
    trustPolicy: TRUST_POLICY,
    verificationSummary: { verifierId: VERIFIER_ID, keyPath: 'gate.pub', exactPolicy: true, maxAge: '7d' },
    // Who deploys this stack, by name or group: nobody else may change what enforces the trust policy.
    administrators: { groups: ['system:masters', 'platform-team'] },
  },
  { dependsOn: [kyverno] },
);

new ModelNamespace('ml-serving', {}, { dependsOn: [admission] });

export const previewOnly = admission.previewOnly;
export const stricter = admission.stricter;
