import type { AdmissionBackend } from './args';
import { celText, celTexts } from './celText';
import { ENFORCEMENT_LABEL, LABELS } from '../namespace/labels';
import { objectName } from './kubernetesObject';
import type { KubernetesObject } from './kubernetesObject';

/** Who may change what enforces the trust policy. */
export interface Administrators {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

type Controller = Exclude<AdmissionBackend, 'clusterPolicy'>;

/** What enforces the trust policy, to the guards. */
export interface GuardedController {
  /** Which controller it is: ClusterPolicies are Kyverno's too. */
  readonly backend: Controller;
  /** The service accounts in it are its own. */
  readonly namespace: string;
}

/**
 * Whoever may write a Kyverno policy or exception, or take the label off a namespace, is not bound by the trust policy; and several
 * published escalations of Kyverno begin with a policy that a tenant may write. ValidatingAdmissionPolicies of the API server itself, since
 * Kyverno does not guard Kyverno, and is not there while it is being replaced.
 *
 * Not guarded, because the API server exempts them from admission: ValidatingAdmissionPolicies and their bindings. Those are for RBAC.
 */
export function renderGuards(
  name: string,
  administrators: Administrators,
  { backend, namespace }: GuardedController,
): readonly KubernetesObject[] {
  const trusted = mayAdminister(administrators);
  const controller = `request.userInfo.groups.exists(g, g == ${celText(`system:serviceaccounts:${namespace}`)})`;
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
      {
        expression: `${trusted} || ${controller} || ${foreignWebhook(backend)}`,
        message: `only administrators may change ${WHAT[backend]}: they enforce the trust policy; next: change the trust policy in a reviewed change, or ask to be named in administrators of ModelAdmission`,
      },
    ),
    ...(backend === 'policyController' ? controllerSettings(name, namespace, `${trusted} || ${controller}`) : []),
    ...guard(
      objectName(name, 'guard-namespaces'),
      [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['namespaces'] }],
      {
        expression: `request.operation == "CREATE" || ${trusted} || ${labelled('oldObject')} != "true" || ${labelled('object')} == "true"`,
        message: `only administrators may take the label ${ENFORCEMENT_LABEL} off a namespace: without it the trust policy does not hold there; next: leave the label, or ask to be named in administrators of ModelAdmission`,
      },
      ...(backend === 'kyverno' ? [exemptNamespaces(namespace)] : []),
    ),
  ];
}

/** Left out by the chart of Kyverno, beside its own namespace (`config.resourceFilters`). */
const EXEMPT = ['kube-system', 'kube-public', 'kube-node-lease'];

/** For administrators too: they would be the ones who believe it. A namespace that has the label already can still be changed. */
const exemptNamespaces = (namespace: string): Rule => ({
  expression: `!(object.metadata.name in ${celTexts([...EXEMPT, namespace])}) || ${labelled('object')} != "true" || request.operation == "UPDATE" && ${labelled('oldObject')} == "true"`,
  message: `the label ${ENFORCEMENT_LABEL} would promise what does not hold: Kyverno does not look into namespaces of the system and into its own; next: run models in a namespace of their own`,
});

interface Rule {
  readonly expression: string;
  readonly message: string;
}

const WHAT: Readonly<Record<Controller, string>> = {
  kyverno: 'Kyverno policies, exceptions and webhooks',
  policyController: 'policies and webhooks of policy-controller',
};

/** Webhooks of others are none of our business. */
function foreignWebhook(backend: Controller): string {
  const own =
    backend === 'kyverno'
      ? 'request.name.startsWith("kyverno-")'
      : `request.name in ${celTexts(['policy.sigstore.dev', 'defaulting.clusterimagepolicy.sigstore.dev', 'validating.clusterimagepolicy.sigstore.dev'])}`;
  return `(request.resource.group == "admissionregistration.k8s.io" && !(${own}))`;
}

/** policy-controller keeps the policies that it enforces, and the roots that it trusts, in ConfigMaps of its namespace. */
function controllerSettings(name: string, namespace: string, allowed: string): readonly KubernetesObject[] {
  const settings = celTexts(['config-policy-controller', 'config-image-policies', 'config-sigstore-keys']);
  return guard(
    objectName(name, 'guard-controller'),
    [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['configmaps'] }],
    {
      expression: `${allowed} || request.namespace != ${celText(namespace)} || !(request.name in ${settings})`,
      message: `only administrators may change the settings of policy-controller in ${namespace}: it enforces what stands there; next: change the trust policy in a reviewed change, or ask to be named in administrators of ModelAdmission`,
    },
  );
}

const labelled = (object: string): string => `${object}.metadata.?labels[?${celText(ENFORCEMENT_LABEL)}].orValue("")`;

function mayAdminister({ users, groups }: Administrators): string {
  return [
    ...(users.length === 0 ? [] : [`request.userInfo.username in ${celTexts(users)}`]),
    ...(groups.length === 0 ? [] : [`request.userInfo.groups.exists(g, g in ${celTexts(groups)})`]),
  ].join(' || ');
}

/** A policy of the API server and the binding that puts it into force everywhere. */
function guard(name: string, resourceRules: readonly object[], ...rules: readonly Rule[]): readonly KubernetesObject[] {
  const metadata = { name, labels: LABELS };
  const validations = rules.map((rule) => ({ ...rule, reason: 'Forbidden' }));
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
