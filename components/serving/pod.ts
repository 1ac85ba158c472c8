import type * as k8s from '@pulumi/kubernetes';

import { mapInput } from '../arguments/mapInput';
import { CACHE_PATH, SHARED_MEMORY_PATH, TMP_PATH } from './checks';
import type { ModelServingSettings } from './settings';

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;

/** Names of the volumes. */
const MODEL_VOLUME = 'model-weights';
const TMP_VOLUME = 'tmp';
const CACHE_VOLUME = 'cache';
const SHARED_MEMORY_VOLUME = 'shared-memory';

/** Shared memory of a GPU server (PyTorch workers, NCCL); it counts as memory of the container. The default of runtimes is 64Mi. */
const SHARED_MEMORY_SIZE = '1Gi';

/** How long a pod keeps serving after it was taken out of the Service, and how long it then has to finish, in seconds. */
const DRAIN_SECONDS = 15;
const TERMINATION_SECONDS = 120;

const STARTUP_PERIOD_SECONDS = 10;

/**
 * The pod: the Pod Security Standard "restricted", and what it leaves out: a read-only root, no service account token, bounded scratch
 * space, a read-only model, hubs switched off.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function modelServingPod(name: string, settings: ModelServingSettings): PodSpec {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    shareProcessNamespace: false,
    terminationGracePeriodSeconds: TERMINATION_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: settings.runAsUser,
      runAsGroup: settings.runAsGroup,
      fsGroup: settings.runAsGroup,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    imagePullSecrets: settings.imagePullSecrets.map((secret) => ({ name: secret })),
    ...(settings.gpu && { tolerations: [{ key: settings.gpu.resourceName, operator: 'Exists', effect: 'NoSchedule' }] }),
    containers: [inference(settings)],
    volumes: volumes(settings),
  };
}

function inference(settings: ModelServingSettings): Container {
  return {
    name: 'inference',
    image: settings.image,
    imagePullPolicy: 'IfNotPresent',
    ...(settings.command && { command: [...settings.command] }),
    ...(settings.args && { args: [...settings.args] }),
    env: environment(settings),
    ports: [{ name: 'http', containerPort: settings.port, protocol: 'TCP' }],
    securityContext: {
      runAsNonRoot: true,
      privileged: false,
      readOnlyRootFilesystem: !(settings.gpu?.writableRootForCdiUnsafe ?? false),
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    resources: resources(settings),
    ...probes(settings),
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
    volumeMounts: [
      { name: MODEL_VOLUME, mountPath: settings.model.mountPath, readOnly: true },
      { name: TMP_VOLUME, mountPath: TMP_PATH },
      { name: CACHE_VOLUME, mountPath: CACHE_PATH },
      ...(settings.gpu ? [{ name: SHARED_MEMORY_VOLUME, mountPath: SHARED_MEMORY_PATH }] : []),
    ],
  };
}

/** Hubs off: a server asks them for whatever it misses, and nobody verified that. Then the places that a read-only root leaves to write. */
function environment(settings: ModelServingSettings): Container['env'] {
  const variables = {
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_OFFLINE: '1',
    HF_DATASETS_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    HOME: CACHE_PATH,
    TMPDIR: TMP_PATH,
    XDG_CACHE_HOME: CACHE_PATH,
    XDG_CONFIG_HOME: `${CACHE_PATH}/config`,
    HF_HOME: `${CACHE_PATH}/huggingface`,
    TRITON_CACHE_DIR: `${CACHE_PATH}/triton`,
    TORCHINDUCTOR_CACHE_DIR: `${CACHE_PATH}/torchinductor`,
    ...settings.env,
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Requests equal limits: GPUs demand it, and a pod that gets what it may use (QoS class Guaranteed) is the last to be evicted. */
function resources(settings: ModelServingSettings): Container['resources'] {
  const amounts = {
    cpu: settings.cpu,
    memory: settings.memory,
    'ephemeral-storage': settings.ephemeralStorage,
    ...(settings.gpu && { [settings.gpu.resourceName]: mapInput(settings.gpu.count, String) }),
  };
  return { requests: amounts, limits: amounts };
}

/** No `host` in any probe: Pod Security "baseline" forbids it since 1.34, because it makes the kubelet call other machines. */
function probes(settings: ModelServingSettings): Pick<Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const httpGet = { path: settings.healthPath, port: 'http' };
  const failureThreshold = mapInput(settings.startupSeconds, (seconds) => Math.ceil(seconds / STARTUP_PERIOD_SECONDS));
  return {
    startupProbe: { httpGet, periodSeconds: STARTUP_PERIOD_SECONDS, failureThreshold },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

/**
 * The model comes as an image volume (KEP-4639), which runtimes mount read-only; scratch space is bounded, so that one pod cannot fill
 * the disk of its node. A cache is code to some servers and has to die with the pod: never a shared volume.
 */
function volumes(settings: ModelServingSettings): PodSpec['volumes'] {
  const scratch = { emptyDir: { sizeLimit: settings.ephemeralStorage } };
  return [
    { name: MODEL_VOLUME, image: { reference: settings.model.reference, pullPolicy: 'IfNotPresent' } },
    { name: TMP_VOLUME, ...scratch },
    { name: CACHE_VOLUME, ...scratch },
    ...(settings.gpu ? [{ name: SHARED_MEMORY_VOLUME, emptyDir: { medium: 'Memory', sizeLimit: SHARED_MEMORY_SIZE } }] : []),
  ];
}
