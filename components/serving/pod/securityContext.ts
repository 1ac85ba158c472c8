import type * as k8s from '@pulumi/kubernetes';

/** What every container of the pod is held to, and what "restricted" asks of each. */
export function containerSecurityContext(options: { readonly readOnlyRoot: boolean }): k8s.types.input.core.v1.SecurityContext {
  return {
    runAsNonRoot: true,
    privileged: false,
    readOnlyRootFilesystem: options.readOnlyRoot,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  };
}
