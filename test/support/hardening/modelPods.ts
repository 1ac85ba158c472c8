const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** JSON of a pod that tests may change. */
export interface PodJson {
  metadata: { annotations?: Record<string, unknown>; labels?: Record<string, unknown> };
  spec: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests reach anywhere into it
}

/** A pod that serves a model as it should, on CPUs or on two GPUs: every control is content with it, and so is Pod Security `restricted`. */
export function goodModelPod(gpus = 0): PodJson {
  const amounts = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '2Gi', ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }) };
  const httpGet = { path: '/health', port: 'http' };
  return {
    metadata: { labels: { app: 'server' } },
    spec: {
      serviceAccountName: 'server',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: false,
      ...(gpus === 0 && { hostUsers: false }),
      terminationGracePeriodSeconds: 120,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
        appArmorProfile: { type: 'RuntimeDefault' },
      },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }],
      ...(gpus > 0 && { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] }),
      containers: [
        {
          name: 'server',
          image: `ghcr.io/acme/vllm@${DIGEST}`,
          command: ['vllm', 'serve'],
          args: ['/models', '--load-format', 'safetensors'],
          env: [
            { name: 'HF_HUB_OFFLINE', value: '1' },
            { name: 'TRANSFORMERS_OFFLINE', value: '1' },
          ],
          securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: { ...amounts }, limits: { ...amounts } },
          startupProbe: { httpGet },
          readinessProbe: { httpGet },
          livenessProbe: { httpGet },
          lifecycle: { preStop: { sleep: { seconds: 15 } } },
          volumeMounts: [
            { name: 'model', mountPath: '/models', readOnly: true },
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'shm', mountPath: '/dev/shm' },
          ],
        },
      ],
      volumes: [
        { name: 'model', image: { reference: `ghcr.io/acme/model@${DIGEST}` } },
        { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
      ],
    },
  };
}
