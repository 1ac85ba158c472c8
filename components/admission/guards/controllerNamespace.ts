import { celTexts } from '../celText';
import { objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import type { GuardedController } from '.';
import { API_SERVER, NAME, byAdministrator, byGroup, byServiceAccountIn, byUser, guard, withSubresources } from './guard';
import type { Administrators } from './guard';

/** What every cluster needs to run pods: their controllers, the scheduler, the nodes. */
const OF_THE_CLUSTER = `${byGroup(['system:serviceaccounts:kube-system', 'system:nodes'])} || ${byUser(['system:kube-controller-manager', 'system:kube-scheduler', API_SERVER])}`;

/**
 * The namespace of the controller: its settings, and what runs as the controller. Kyverno that is scaled to zero or deleted removes its own
 * webhooks when it ends (`cleanup` in pkg/webhooks/server.go), so that everything is admitted; another image of it, a pod or a token of its
 * service account may write policies; its Service decides who answers the API server; its Lease, whether its webhooks are written.
 */
export function guardController(
  name: string,
  administrators: Administrators,
  { backend, namespace }: GuardedController,
): readonly KubernetesObject[] {
  const allowed = `${byAdministrator(administrators)} || ${byServiceAccountIn(namespace)}`;
  const end = 'next: change the trust policy in a reviewed change, or ask to be named in administrators of ModelAdmission';
  return guard(
    objectName(name, 'guard-controller'),
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, resourceRules: RULES },
    {
      expression: `${allowed} || request.resource.resource != "configmaps" || ${OF_THE_CLUSTER} || !(${SETTINGS[backend]})`,
      message: `only administrators may change the settings of ${CONTROLLERS[backend]} in ${namespace}: they decide what it enforces; ${end}`,
    },
    {
      expression: `${allowed} || request.resource.resource == "configmaps" || ${OF_THE_CLUSTER} || ${HARMLESS}`,
      message: `only administrators may change what runs as ${CONTROLLERS[backend]} in ${namespace}: it enforces the trust policy; ${end}`,
    },
  );
}

const WRITES = ['CREATE', 'UPDATE', 'DELETE'] as const;

/** Every kind that makes pods: controllers of the cluster would make them for its author. */
const RULES = [
  withSubresources('', ['configmaps', 'services', 'endpoints'], WRITES),
  withSubresources('', ['pods', 'serviceaccounts', 'secrets'], ['CREATE', 'UPDATE', 'CONNECT']),
  withSubresources('', ['replicationcontrollers'], WRITES),
  withSubresources('apps', ['deployments', 'daemonsets', 'replicasets', 'statefulsets'], WRITES),
  withSubresources('batch', ['jobs', 'cronjobs'], WRITES),
  withSubresources('discovery.k8s.io', ['endpointslices'], WRITES),
  withSubresources('coordination.k8s.io', ['leases'], WRITES),
];

/**
 * CEL: what gives nobody the controller. A pod that is evicted is made again; secrets are credentials for registries, unless they ask for a
 * token; and of a service account the token matters.
 */
const HARMLESS = [
  'request.resource.resource == "secrets" && object.?type.orValue("") != "kubernetes.io/service-account-token"',
  'request.resource.resource == "serviceaccounts" && request.?subResource.orValue("") != "token"',
  'request.resource.resource == "pods" && request.?subResource.orValue("") in ["eviction", "resize", "portforward", "proxy"]',
  'request.resource.resource == "services" && request.?subResource.orValue("") == "proxy"',
]
  .map((condition) => `(${condition})`)
  .join(' || ');

const CONTROLLERS: Readonly<Record<GuardedController['backend'], string>> = { kyverno: 'Kyverno', policyController: 'policy-controller' };

/** Keys by which a ConfigMap is recognized as that of Kyverno where its chart was installed under another name. */
const KYVERNO_KEYS = [
  'resourceFilters',
  'excludeGroups',
  'excludeUsernames',
  'excludeRoles',
  'excludeClusterRoles',
  'webhooks',
  'matchConditions',
  'defaultRegistry',
  'enableDefaultRegistryMutation',
];

/** CEL: whether a ConfigMap of the namespace is one that its controller reads. */
const SETTINGS: Readonly<Record<GuardedController['backend'], string>> = {
  kyverno: [
    `${NAME}.contains("kyverno")`,
    ...['object', 'oldObject'].map((which) => `(${which} != null && ${which}.?data.orValue({}).exists(k, k in ${celTexts(KYVERNO_KEYS)}))`),
  ].join(' || '),
  // It keeps the policies that it enforces, and the roots that it trusts, in these.
  policyController: `${NAME} in ${celTexts(['config-policy-controller', 'config-image-policies', 'config-sigstore-keys'])}`,
};
