import { celTexts } from '../celText';
import { objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import type { GuardedController } from '.';
import { API_SERVER, NAME, byAdministrator, byServiceAccountIn, byUser, endsWithAny, guard, withSubresources } from './guard';
import type { Administrators } from './guard';

/** API groups of the policies, exceptions and trust roots that the controllers enforce. */
const POLICY_GROUPS = ['policies.kyverno.io', 'kyverno.io', 'policy.sigstore.dev'];

/** Part of every cluster; they remove what was in a namespace after the namespace, and what an owner left behind. */
const CLEANERS = [
  'system:serviceaccount:kube-system:namespace-controller',
  'system:serviceaccount:kube-system:generic-garbage-collector',
  'system:kube-controller-manager',
];

/**
 * Policies, and what Kyverno reads them through. A `/status` counts too: a policy that it calls not ready is left out of Kyverno's webhooks,
 * and an owner written through it has the policy removed as garbage. With its definition every policy goes, and an APIService
 * answers in place of all of them.
 */
export function guardPolicies(
  name: string,
  administrators: Administrators,
  { backend, namespace }: GuardedController,
): readonly KubernetesObject[] {
  const allowed = `${byAdministrator(administrators)} || ${byServiceAccountIn(namespace)}`;
  return guard(
    objectName(name, 'guard-policies'),
    {
      resourceRules: [
        ...POLICY_GROUPS.map((group) => withSubresources(group, ['*'], ['CREATE', 'UPDATE', 'DELETE'])),
        withSubresources(
          'admissionregistration.k8s.io',
          ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
          ['UPDATE', 'DELETE'],
        ),
        withSubresources('apiextensions.k8s.io', ['customresourcedefinitions'], ['UPDATE', 'DELETE']),
        withSubresources('apiregistration.k8s.io', ['apiservices'], ['CREATE', 'UPDATE', 'DELETE']),
      ],
    },
    {
      expression: `${allowed} || ${unrelated(backend)}`,
      message: `only administrators may change ${WHAT[backend]}: they enforce the trust policy; next: change the trust policy in a reviewed change, or ask to be named in administrators of ModelAdmission`,
    },
  );
}

const WHAT: Readonly<Record<GuardedController['backend'], string>> = {
  kyverno: 'Kyverno policies, exceptions and webhooks, and the definitions of these',
  policyController: 'policies and webhooks of policy-controller, and the definitions of these',
};

const OWN_WEBHOOKS: Readonly<Record<GuardedController['backend'], string>> = {
  kyverno: `${NAME}.startsWith("kyverno-")`,
  policyController: `${NAME} in ${celTexts(['policy.sigstore.dev', 'defaulting.clusterimagepolicy.sigstore.dev', 'validating.clusterimagepolicy.sigstore.dev'])}`,
};

/** CEL: webhooks and definitions of others, what the API server does about its own, and what goes with its namespace. */
function unrelated(backend: GuardedController['backend']): string {
  const definition = endsWithAny(
    NAME,
    POLICY_GROUPS.map((group) => `.${group}`),
  );
  return [
    `request.resource.group == "admissionregistration.k8s.io" && !(${OWN_WEBHOOKS[backend]})`,
    `request.resource.group == "apiextensions.k8s.io" && (${byUser([API_SERVER])} || !(${definition}))`,
    `request.resource.group == "apiregistration.k8s.io" && (${byUser([API_SERVER])} || !(${SERVED_GROUPS}))`,
    `request.operation == "DELETE" && request.?namespace.orValue("") != "" && ${byUser(CLEANERS)}`,
  ]
    .map((condition) => `(${condition})`)
    .join(' || ');
}

/** CEL: whether an APIService serves, or served, one of the groups. */
const SERVED_GROUPS = ['object', 'oldObject']
  .map((which) => `(${which} != null && ${which}.spec.?group.orValue("") in ${celTexts(POLICY_GROUPS)})`)
  .join(' || ');
