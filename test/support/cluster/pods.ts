import type { Manifest } from './apiClient';

/** What the Pod Security Standard `restricted` asks of a container. */
export const RESTRICTED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** A pod with one container that meets `restricted`. */
export const restrictedPod = (namespace: string, name: string, image = 'registry.example/app:v1'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'server', image, securityContext: RESTRICTED }] },
});

/** The same pod without its security context, as many write it. */
export const carelessPod = (namespace: string, name: string, image = 'registry.example/app:v1'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'server', image }] },
});
