import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

/** What Pod Security admission does with a pod that breaks the level. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const POD_SECURITY_MODES = ['enforce', 'audit', 'warn'] as const;

/** The strictest level, as the version of the cluster defines it. */
const POD_SECURITY_LEVEL = 'restricted';
const POD_SECURITY_VERSION = 'latest';

const LABELS = {
  'app.kubernetes.io/part-of': 'pulumi-model-supply-chain',
  'app.kubernetes.io/managed-by': 'pulumi',
} as const;

/** The namespace, with Pod Security admission at its strictest. */
export function modelNamespace(name: pulumi.Input<string>): k8s.types.input.core.v1.Namespace {
  const podSecurity = POD_SECURITY_MODES.flatMap((mode): [string, string][] => [
    [`pod-security.kubernetes.io/${mode}`, POD_SECURITY_LEVEL],
    [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION],
  ]);
  return { metadata: { name, labels: { ...LABELS, ...Object.fromEntries<string>(podSecurity) } } };
}

/** Closes the network of every pod in `namespace`; other policies open what they name. */
export function defaultDenyPolicy(namespace: pulumi.Input<string>): k8s.types.input.networking.v1.NetworkPolicy {
  return {
    metadata: { name: 'default-deny', namespace, labels: LABELS },
    // An empty selector is every pod; a direction that is listed without a rule is closed.
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}
