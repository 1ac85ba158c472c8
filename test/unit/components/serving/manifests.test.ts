import type { ModelServingArgs } from '../../../../components';
import { environmentOf, MODEL, podOf, render, serverOf } from './rendered';

describe('when only the images are given', () => {
  it('fits Pod Security "restricted" and goes beyond it', () => {
    const pod = podOf();
    expect(pod).toMatchObject({
      serviceAccountName: 'sentiment',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      shareProcessNamespace: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(pod.containers).toHaveLength(1);
    expect(pod.initContainers).toBeUndefined();
    expect(serverOf().securityContext).toEqual({
      runAsNonRoot: true,
      privileged: false,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('requests exactly what it limits, and no GPU', () => {
    const amounts = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '2Gi' };
    expect(serverOf().resources).toEqual({ requests: amounts, limits: amounts });
    expect(podOf().tolerations).toBeUndefined();
  });

  it('mounts the model read-only and bounds all scratch space', () => {
    expect(podOf().volumes).toEqual([
      { name: 'model-weights', image: { reference: MODEL, pullPolicy: 'IfNotPresent' } },
      { name: 'tmp', emptyDir: { sizeLimit: '2Gi' } },
      { name: 'cache', emptyDir: { sizeLimit: '2Gi' } },
    ]);
    expect(serverOf().volumeMounts).toEqual([
      { name: 'model-weights', mountPath: '/models', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'cache', mountPath: '/cache' },
    ]);
  });

  it('switches hubs off and sends caches to the scratch space', () => {
    expect(environmentOf()).toEqual({
      HF_HUB_OFFLINE: '1',
      TRANSFORMERS_OFFLINE: '1',
      HF_DATASETS_OFFLINE: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      DO_NOT_TRACK: '1',
      HOME: '/cache',
      TMPDIR: '/tmp',
      XDG_CACHE_HOME: '/cache',
      XDG_CONFIG_HOME: '/cache/config',
      HF_HOME: '/cache/huggingface',
      TRITON_CACHE_DIR: '/cache/triton',
      TORCHINDUCTOR_CACHE_DIR: '/cache/torchinductor',
      NUMBA_CACHE_DIR: '/cache/numba',
    });
  });

  it('probes the port of the server by name, without a host, and allows ten minutes to start', () => {
    const httpGet = { path: '/health', port: 'http' };
    expect(serverOf()).toMatchObject({
      ports: [{ name: 'http', containerPort: 8000 }],
      startupProbe: { periodSeconds: 10, failureThreshold: 60 },
    });
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
      expect(serverOf()[probe]?.httpGet).toEqual(httpGet);
    }
  });

  it('leaves command and arguments to the image', () => {
    expect(serverOf()).not.toHaveProperty('command');
    expect(serverOf()).not.toHaveProperty('args');
  });

  it('gives the service account no token either', () => {
    expect(render().serviceAccount).toMatchObject({
      metadata: { name: 'sentiment', namespace: 'ml-serving' },
      automountServiceAccountToken: false,
    });
  });

  it('opens the network to callers of the same namespace only', () => {
    expect(render().networkPolicy.spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'model-serving', 'app.kubernetes.io/instance': 'sentiment' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 'http' }] }],
      egress: [],
    });
  });

  it('starts a new pod before it stops the old one', () => {
    expect(render().deployment.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
  });

  it('selects, in Deployment, Service and network policy, labels that the pods bear', () => {
    const { deployment, service, networkPolicy } = render();
    const podLabels = deployment.spec.template.metadata!.labels!;
    for (const selector of [deployment.spec.selector.matchLabels!, service.spec!.selector!, networkPolicy.spec!.podSelector.matchLabels!]) {
      expect(Object.keys(selector)).not.toHaveLength(0);
      expect(podLabels).toMatchObject(selector);
    }
  });

  it('puts every object into the namespace and labels it', () => {
    for (const manifest of Object.values(render())) {
      expect(manifest!.metadata).toMatchObject({
        name: 'sentiment',
        namespace: 'ml-serving',
        labels: { 'app.kubernetes.io/part-of': 'pulumi-model-supply-chain', 'app.kubernetes.io/managed-by': 'pulumi' },
      });
    }
  });
});

describe('when GPUs are asked for', () => {
  it('requests and limits whole GPUs', () => {
    const amounts = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '2Gi', 'nvidia.com/gpu': '2' };
    expect(serverOf({ gpu: { count: 2 } }).resources).toEqual({ requests: amounts, limits: amounts });
  });

  it('tolerates the taint of their nodes', () => {
    expect(podOf({ gpu: { count: 1, resourceName: 'amd.com/gpu' } }).tolerations).toEqual([
      { key: 'amd.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });

  it('adds bounded shared memory', () => {
    expect(podOf({ gpu: { count: 1 } }).volumes).toContainEqual({
      name: 'shared-memory',
      emptyDir: { medium: 'Memory', sizeLimit: '1Gi' },
    });
    expect(serverOf({ gpu: { count: 1 } }).volumeMounts).toContainEqual({ name: 'shared-memory', mountPath: '/dev/shm' });
  });

  it('frees the GPU of the old pod before it starts the new one', () => {
    expect(render({ gpu: { count: 1 } }).deployment.spec.strategy!.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });

  it('gives up the read-only root only by its unsafe name', () => {
    expect(serverOf({ gpu: { count: 1 } }).securityContext?.readOnlyRootFilesystem).toBe(true);
    expect(serverOf({ gpu: { count: 1, writableRootForCdiUnsafe: true } }).securityContext?.readOnlyRootFilesystem).toBe(false);
  });
});

describe('when an argument is set', () => {
  it.each<[string, Partial<ModelServingArgs>, object]>([
    ['replicas', { replicas: 3 }, { deployment: { spec: { replicas: 3 } } }],
    ['port', { port: 9000 }, { service: { spec: { ports: [{ port: 9000, targetPort: 'http' }] } } }],
    ['namespace', { namespace: 'nlp' }, { networkPolicy: { metadata: { namespace: 'nlp' } } }],
  ])('%s reaches its manifest', (_argument, args, expected) => {
    expect(render(args)).toMatchObject(expected);
  });

  it.each<[string, Partial<ModelServingArgs>, object]>([
    ['port', { port: 9000 }, { ports: [{ containerPort: 9000 }] }],
    ['healthPath', { healthPath: '/ready' }, { readinessProbe: { httpGet: { path: '/ready' } } }],
    ['startupSeconds, rounded up to whole probes', { startupSeconds: 95 }, { startupProbe: { failureThreshold: 10 } }],
    ['command', { command: ['vllm'] }, { command: ['vllm'] }],
    ['args', { args: ['serve', '/models'] }, { args: ['serve', '/models'] }],
    ['cpu', { cpu: '500m' }, { resources: { limits: { cpu: '500m' }, requests: { cpu: '500m' } } }],
    ['memory', { memory: '8Gi' }, { resources: { limits: { memory: '8Gi' }, requests: { memory: '8Gi' } } }],
    ['model.mountPath', { model: { reference: MODEL, mountPath: '/m' } }, { volumeMounts: [{ mountPath: '/m', readOnly: true }, {}, {}] }],
  ])('%s reaches the server', (_argument, args, expected) => {
    expect(serverOf(args)).toMatchObject(expected);
  });

  it('ephemeralStorage bounds the container and its scratch space', () => {
    expect(serverOf({ ephemeralStorage: '9Gi' }).resources?.limits?.['ephemeral-storage']).toBe('9Gi');
    expect(podOf({ ephemeralStorage: '9Gi' }).volumes).toContainEqual({ name: 'tmp', emptyDir: { sizeLimit: '9Gi' } });
  });

  it('the ids reach the pod, and the group owns what is written', () => {
    expect(podOf({ runAsUser: 2000, runAsGroup: 0 }).securityContext).toMatchObject({ runAsUser: 2000, runAsGroup: 0, fsGroup: 0 });
  });

  it('env adds variables and may move a cache', () => {
    expect(environmentOf({ env: { LOG_LEVEL: 'debug', HF_HOME: '/tmp/hf' } })).toMatchObject({
      LOG_LEVEL: 'debug',
      HF_HOME: '/tmp/hf',
      HF_HUB_OFFLINE: '1',
    });
  });

  it('imagePullSecrets reach pod and service account', () => {
    expect(podOf({ imagePullSecrets: ['ghcr'] }).imagePullSecrets).toEqual([{ name: 'ghcr' }]);
    expect(render({ imagePullSecrets: ['ghcr'] }).serviceAccount.imagePullSecrets).toEqual([{ name: 'ghcr' }]);
  });

  it('clientNamespaces may call, beside the own namespace', () => {
    expect(render({ clientNamespaces: ['web'] }).networkPolicy.spec!.ingress![0]!.from).toEqual([
      { podSelector: {} },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'web' } } },
    ]);
  });
});
