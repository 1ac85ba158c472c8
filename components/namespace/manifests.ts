import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { ENFORCEMENT_LABEL, ENFORCEMENT_ON, LABELS, POLICY_CONTROLLER_LABEL } from './labels';
import type { ModelNamespaceSettings } from './settings';

/** What Pod Security admission does with a pod that breaks the level. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const POD_SECURITY_MODES = ['enforce', 'audit', 'warn'] as const;

/** The strictest level. */
const POD_SECURITY_LEVEL = 'restricted';

/** The namespace, with Pod Security admission at its strictest and the label by which admission enforces the trust policy. */
export function modelNamespace(settings: ModelNamespaceSettings): k8s.types.input.core.v1.Namespace {
  const podSecurity = POD_SECURITY_MODES.flatMap((mode): [string, pulumi.Input<string>][] => [
    [`pod-security.kubernetes.io/${mode}`, POD_SECURITY_LEVEL],
    [`pod-security.kubernetes.io/${mode}-version`, settings.podSecurityVersion],
  ]);
  const admission = { [ENFORCEMENT_LABEL]: ENFORCEMENT_ON, ...(settings.policyController && { [POLICY_CONTROLLER_LABEL]: 'true' }) };
  return { metadata: { name: settings.namespace, labels: { ...LABELS, ...admission, ...Object.fromEntries(podSecurity) } } };
}

/** Closes the network of every pod in `namespace`; other policies open what they name. */
export function defaultDenyPolicy(namespace: pulumi.Input<string>): k8s.types.input.networking.v1.NetworkPolicy {
  return {
    metadata: { name: 'default-deny', namespace, labels: LABELS },
    // An empty selector is every pod; a direction that is listed without a rule is closed.
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

/** What all pods may take together; none when nothing is bounded, because the API refuses an empty one. */
export function resourceQuota(
  namespace: pulumi.Input<string>,
  { quota }: ModelNamespaceSettings,
): k8s.types.input.core.v1.ResourceQuota | undefined {
  return Object.keys(quota).length === 0 ? undefined : { metadata: { name: 'models', namespace, labels: LABELS }, spec: { hard: quota } };
}

/** What a container gets that asks for nothing: without it, one pod without limits takes the memory of its node. */
export function limitRange(
  namespace: pulumi.Input<string>,
  { containerDefault, containerMaximum }: ModelNamespaceSettings,
): k8s.types.input.core.v1.LimitRange {
  return {
    metadata: { name: 'containers', namespace, labels: LABELS },
    spec: {
      limits: [
        {
          type: 'Container',
          default: containerDefault,
          defaultRequest: containerDefault,
          ...(Object.keys(containerMaximum).length > 0 && { max: containerMaximum }),
        },
      ],
    },
  };
}
