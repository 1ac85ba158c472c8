import { LABELS } from '../../namespace/labels';
import type { KubernetesObject } from '../kubernetesObject';

/**
 * A ValidatingAdmissionPolicy and the binding that puts it into force everywhere that it selects.
 *
 * @param actions `['Deny']`, or `['Warn', 'Audit']`: then nothing is refused either when it cannot be evaluated
 * @param binding further fields of the binding
 */
export function apiServerPolicy(name: string, actions: readonly string[], spec: object, binding: object = {}): readonly KubernetesObject[] {
  const metadata = { name, labels: LABELS };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: actions.includes('Deny') ? 'Fail' : 'Ignore', ...spec },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: actions, ...binding },
    },
  ];
}
