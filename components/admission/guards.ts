import { celText, celTexts } from './celText';
import { ENFORCEMENT_LABEL, LABELS } from '../namespace/labels';
import { objectName } from './kubernetesObject';
import type { KubernetesObject } from './kubernetesObject';

/** Who may change what enforces the trust policy. */
export interface Administrators {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Whoever may write a Kyverno policy or exception, or take the label off a namespace, is not bound by the trust policy; and several
 * published escalations of Kyverno begin with a policy that a tenant may write. ValidatingAdmissionPolicies of the API server itself, since
 * Kyverno does not guard Kyverno, and is not there while it is being replaced.
 *
 * Not guarded, because the API server exempts them from admission: ValidatingAdmissionPolicies and their bindings. Those are for RBAC.
 */
export function renderGuards(name: string, administrators: Administrators, kyvernoNamespace: string): readonly KubernetesObject[] {
  const trusted = mayAdminister(administrators);
  const kyverno = `request.userInfo.groups.exists(g, g == ${celText(`system:serviceaccounts:${kyvernoNamespace}`)})`;
  return [
    ...guard(
      objectName(name, 'guard-policies'),
      [
        {
          apiGroups: ['policies.kyverno.io', 'kyverno.io', 'policy.sigstore.dev'],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE', 'DELETE'],
          resources: ['*'],
        },
        {
          apiGroups: ['admissionregistration.k8s.io'],
          apiVersions: ['*'],
          operations: ['UPDATE', 'DELETE'],
          resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
        },
      ],
      `${trusted} || ${kyverno} || ${NOT_OF_KYVERNO}`,
      'only administrators may change Kyverno policies, exceptions and webhooks: they enforce the trust policy; next: change the trust policy in a reviewed change, or ask to be named in administrators of ModelAdmission',
    ),
    ...guard(
      objectName(name, 'guard-namespaces'),
      [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['namespaces'] }],
      `${trusted} || ${labelled('oldObject')} != "true" || ${labelled('object')} == "true"`,
      `only administrators may take the label ${ENFORCEMENT_LABEL} off a namespace: without it the trust policy does not hold there; next: leave the label, or ask to be named in administrators of ModelAdmission`,
    ),
  ];
}

/** Webhooks of others are none of our business. */
const NOT_OF_KYVERNO = '(request.resource.group == "admissionregistration.k8s.io" && !request.name.startsWith("kyverno-"))';

const labelled = (object: string): string => `${object}.metadata.?labels[?${celText(ENFORCEMENT_LABEL)}].orValue("")`;

function mayAdminister({ users, groups }: Administrators): string {
  return [
    ...(users.length === 0 ? [] : [`request.userInfo.username in ${celTexts(users)}`]),
    ...(groups.length === 0 ? [] : [`request.userInfo.groups.exists(g, g in ${celTexts(groups)})`]),
  ].join(' || ');
}

/** A policy of the API server and the binding that puts it into force everywhere. */
function guard(name: string, resourceRules: readonly object[], expression: string, message: string): readonly KubernetesObject[] {
  const metadata = { name, labels: LABELS };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations: [{ expression, message, reason: 'Forbidden' }] },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
