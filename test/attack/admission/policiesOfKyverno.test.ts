import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { ADMINISTRATOR, MODELS, describeGuards } from '../../support/attack/guardedCluster';
import type { GuardedCluster } from '../../support/attack/guardedCluster';

const attacker = 'may do everything in the cluster, and is no administrator of the admission';
const expected = { outcome: 'denied', code: 'models-guard-policies' } as const;

const POLICIES = '/apis/policies.kyverno.io/v1/validatingpolicies';
const POLICY = `${POLICIES}/models-listed-images`;
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CRD = `${CRDS}/imagevalidatingpolicies.policies.kyverno.io`;
const APISERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const noted = { metadata: { annotations: { note: 'x' } } };
const owned = {
  metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'gone', uid: '0b9c0d4e-0000-4000-8000-000000000000' }] },
};

const NAMESPACE_CONTROLLER = {
  name: 'system:serviceaccount:kube-system:namespace-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system'],
};

describeGuards('policies of Kyverno, and what it reads them through', (guarded) => {
  const tried = (name: string, control: (api: GuardedCluster) => Promise<Answer>, attack: (api: GuardedCluster) => Promise<Answer>) =>
    attempt(name, { attacker, expected, control: () => control(guarded()), attack: () => attack(guarded()) });
  /** The same request by an administrator. */
  const forbidden = (name: string, method: string, path: string, body?: object) =>
    tried(
      name,
      (api) => api.ask(method, path, body, { as: ADMINISTRATOR }),
      (api) => api.ask(method, path, body),
    );

  forbidden('changes a policy', 'PATCH', POLICY, noted);
  forbidden('calls a policy not ready, by its status', 'PATCH', `${POLICY}/status`, {
    status: { conditionStatus: { ready: false, message: '', conditions: [] } },
  });
  forbidden('has a policy removed as garbage, by an owner written through its status', 'PATCH', `${POLICY}/status`, owned);
  forbidden('deletes a policy', 'DELETE', POLICY);
  forbidden('deletes all policies at once', 'DELETE', POLICIES);
  forbidden('excepts everything, under a generated name', 'POST', `/apis/policies.kyverno.io/v1/namespaces/${MODELS}/policyexceptions`, {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { generateName: 'let-me-through-' },
    spec: { policyRefs: [{ name: 'models-images', kind: 'ImageValidatingPolicy' }] },
  });
  tried(
    'changes a webhook of Kyverno',
    (api) => api.ask('PATCH', `${WEBHOOKS}/other`, noted),
    (api) => api.ask('PATCH', `${WEBHOOKS}/kyverno-resource-validating-webhook-cfg`, noted),
  );
  tried(
    'deletes the webhooks of Kyverno as a collection, in which no name is asked for',
    (api) => api.ask('DELETE', `${WEBHOOKS}?labelSelector=webhook.kyverno.io/managed-by=other`),
    (api) => api.ask('DELETE', `${WEBHOOKS}?labelSelector=webhook.kyverno.io/managed-by`),
  );
  tried(
    'deletes the definition of a policy, and with it every policy',
    (api) => api.ask('DELETE', `${CRDS}/policyreports.wgpolicyk8s.io`),
    (api) => api.ask('DELETE', CRD),
  );
  forbidden('changes the definition of a policy', 'PATCH', CRD, noted);
  forbidden('changes the status of the definition of a policy', 'PATCH', `${CRD}/status`, noted);
  const service = (group: string) => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${group}` },
    spec: {
      group,
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: 'team', name: 'mine' },
    },
  });
  tried(
    'serves the policies of Kyverno itself',
    (api) => api.ask('POST', APISERVICES, service('metrics.example')),
    (api) => api.ask('PATCH', `${APISERVICES}/v1.policies.kyverno.io`, { spec: service('policies.kyverno.io').spec }),
  );
  tried(
    'has the namespace controller delete a policy of the whole cluster',
    (api) =>
      api.ask('DELETE', `/apis/policies.kyverno.io/v1/namespaces/${MODELS}/policyexceptions`, undefined, { as: NAMESPACE_CONTROLLER }),
    (api) => api.ask('DELETE', POLICY, undefined, { as: NAMESPACE_CONTROLLER }),
  );
});
