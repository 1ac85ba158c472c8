import { celText } from '../celText';
import { enforcedNamespaces, objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import { apiServerPolicy } from './apiServerPolicy';
import { WORKLOADS } from './podImages';

/** Where policy-controller reads its own settings. */
const CONFIG = 'config-policy-controller';

/** With this setting, policy-controller 0.15.1 takes attestations that it finds by the referrers API for verified without verifying them. */
const UNVERIFIED = 'enable-oci11';

/** What Go reads as false. */
const OFF = ['', '0', 'f', 'F', 'false', 'FALSE', 'False'];

/**
 * Refuses pods while policy-controller has a setting under which anybody who may push to the registry can sign. Its ConfigMap is the parameter
 * of the policy, so that a setting from before is seen as well.
 *
 * @param namespace where policy-controller runs
 */
export function renderControllerConfig(name: string, namespace: string): readonly KubernetesObject[] {
  const setting = `params.?data[?${celText(UNVERIFIED)}].orValue("")`;
  return apiServerPolicy(
    objectName(name, 'controller-config'),
    ['Deny'],
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: { namespaceSelector: enforcedNamespaces, resourceRules: WORKLOADS },
      validations: [
        {
          expression: `${setting} in ${JSON.stringify(OFF)}`,
          message: `policy-controller is set to accept signatures without verifying them (${UNVERIFIED} in ConfigMap ${namespace}/${CONFIG}); next: take the setting out`,
          reason: 'Forbidden',
        },
      ],
    },
    { paramRef: { name: CONFIG, namespace, parameterNotFoundAction: 'Deny' } },
  );
}
