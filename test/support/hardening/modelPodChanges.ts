import type { PodJson } from './modelPods';

/** Something that somebody writes differently in a pod that serves a model as it should. */
export type PodChange = (pod: PodJson) => void;

const server = (pod: PodJson) => pod.spec['containers'][0];
const volume = (pod: PodJson, index: number) => pod.spec['volumes'][index];

/** A pod that is no model pod any more, with everything about it careless. */
const careless = (pod: PodJson, container: object): void => {
  pod.spec = { containers: [{ name: 'server', image: 'ghcr.io/acme/web:v1', ...container }] };
};

/** Changes that blocking controls are about, and changes beside them that are no business of theirs. */
export const POD_CHANGES: Readonly<Record<string, PodChange>> = {
  nothing: () => undefined,
  'no read-only root': (pod) => delete server(pod).securityContext.readOnlyRootFilesystem,
  'a root that can be written': (pod) => (server(pod).securityContext.readOnlyRootFilesystem = false),
  'an init container that can write to its root': (pod) => {
    const { image, env, resources } = server(pod);
    pod.spec['initContainers'] = [{ name: 'init', image, env, resources }];
  },
  'no security context at all': (pod) => delete server(pod).securityContext,
  'shared processes': (pod) => (pod.spec['shareProcessNamespace'] = true),
  'a priority of the system': (pod) => (pod.spec['priorityClassName'] = 'system-cluster-critical'),
  'no word about the token': (pod) => delete pod.spec['automountServiceAccountToken'],
  'a token': (pod) => (pod.spec['automountServiceAccountToken'] = true),
  'scratch without a size': (pod) => delete volume(pod, 1).emptyDir.sizeLimit,
  'scratch of size zero': (pod) => (volume(pod, 1).emptyDir.sizeLimit = '0'),
  'a volume without a source': (pod) => pod.spec['volumes'].push({ name: 'more' }),
  'shared memory as large as all memory': (pod) => (volume(pod, 2).emptyDir.sizeLimit = '4096Mi'),
  'shared memory that nobody mounts': (pod) => {
    volume(pod, 2).emptyDir.sizeLimit = '64Gi';
    server(pod).volumeMounts.pop();
  },
  'no memory limit, and shared memory': (pod) => delete server(pod).resources.limits.memory,
  'a model by tag': (pod) => (volume(pod, 0).image.reference = 'ghcr.io/acme/model:v1'),
  'a model by half a digest': (pod) => (volume(pod, 0).image.reference = 'ghcr.io/acme/model@sha256:abcd'),
  'a model that can be changed': (pod) => delete server(pod).volumeMounts[0].readOnly,
  'a claim that can be changed': (pod) => (pod.spec['volumes'][0] = { name: 'model', persistentVolumeClaim: { claimName: 'models' } }),
  'a mount of a claim that can be changed': (pod) => {
    pod.spec['volumes'].push({ name: 'data', persistentVolumeClaim: { claimName: 'data' } });
    server(pod).volumeMounts.push({ name: 'data', mountPath: '/data' });
  },
  'a mount of a read-only claim': (pod) => {
    pod.spec['volumes'].push({ name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: true } });
    server(pod).volumeMounts.push({ name: 'data', mountPath: '/data' });
  },
  'no offline hub': (pod) => server(pod).env.shift(),
  'a hub switched on': (pod) => (server(pod).env[0].value = '0'),
  'a hub switched off in another word': (pod) => (server(pod).env[0].value = 'TRUE'),
  'a hub switched by a secret': (pod) =>
    (server(pod).env[0] = { name: 'HF_HUB_OFFLINE', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }),
  'no environment': (pod) => delete server(pod).env,
  'a sidecar without a hub': (pod) => pod.spec['containers'].push({ ...server(pod), name: 'sidecar', env: [], volumeMounts: [] }),
  'a server that knows no hub': (pod) => {
    server(pod).command = ['/app/llama-server'];
    delete server(pod).env;
  },
  'an image of a server that knows no hub': (pod) => {
    server(pod).image = 'nvcr.io/nvidia/tritonserver:25.10-py3';
    delete server(pod).command;
    delete server(pod).args;
    delete server(pod).env;
  },
  'a server with a hub in the image of one without': (pod) => {
    server(pod).image = 'nvcr.io/nvidia/tritonserver:25.10-py3';
    delete server(pod).env;
  },
  'a server without a hub in a shell': (pod) => {
    server(pod).command = ['sh', '-c', 'exec tritonserver --model-repository=/models'];
    delete server(pod).args;
    delete server(pod).env;
  },
  'no limit of memory': (pod) => delete server(pod).resources.limits.memory,
  'no limit of disk': (pod) => delete server(pod).resources.limits['ephemeral-storage'],
  'cpu by request only': (pod) => delete server(pod).resources.limits.cpu,
  'no amount of cpu': (pod) => (server(pod).resources = { limits: { memory: '8Gi', 'ephemeral-storage': '1Gi' } }),
  'no resources': (pod) => delete server(pod).resources,
  'advice only': (pod) => {
    delete server(pod).livenessProbe;
    delete pod.spec['serviceAccountName'];
  },
  Windows: (pod) => {
    pod.spec['os'] = { name: 'windows' };
    pod.spec['securityContext'] = {};
    delete pod.spec['hostUsers'];
    delete pod.spec['shareProcessNamespace'];
    server(pod).securityContext = {};
  },
  'careless, and no model': (pod) => careless(pod, {}),
  'careless, with a claim of a device': (pod) => {
    careless(pod, {});
    pod.spec['resourceClaims'] = [{ name: 'gpu', resourceClaimName: 'gpu' }];
  },
  'careless, with an accelerator': (pod) => careless(pod, { resources: { limits: { 'nvidia.com/mig-1g.10gb': '1' } } }),
  'careless, with a known server': (pod) => careless(pod, { command: ['/usr/bin/vllm', 'serve', 'x'] }),
  'careless, with a module of a known server': (pod) => careless(pod, { command: ['python3', '-m', 'vllm.entrypoints.openai.api_server'] }),
  'careless, with a known server in a shell': (pod) => careless(pod, { command: ['bash', '-c', 'cd /; vllm serve x'] }),
  'careless, with a known server in a variable': (pod) => careless(pod, { env: [{ name: 'CMD', value: 'sglang serve --model x' }] }),
  'careless, with a known image': (pod) => careless(pod, { image: 'ghcr.io/Acme/TEXT-generation-inference:3'.toLowerCase() }),
  'careless, with a program that only sounds like one': (pod) => careless(pod, { command: ['/usr/bin/myvllm2'] }),
};
