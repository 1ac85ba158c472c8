import {
  controlFindings,
  CONTROLS,
  dangerousServerOptions,
  Field,
  invocationOf,
  ModelPod,
  podOf,
  podSecurityFindings,
  UNKNOWN,
} from '../../../../hardening';
import { goodModelPod } from '../../../support/hardening/modelPods';
import type { PodJson } from '../../../support/hardening/modelPods';

type Change = (pod: PodJson) => void;

/** Jest hands a test that takes more arguments than its row has a callback in place of the last one. */
const onCpus = <Row extends readonly unknown[]>(rows: readonly Row[], length: number) =>
  rows.map((row) => (row.length < length ? [...row, 0] : row)) as unknown as [...Required<Row>][];

/** Ids of everything that complains about a pod: the standard, the controls, the table of options. */
function complaints(json: PodJson, replicas?: number): readonly string[] {
  const pod = podOf(json);
  return [
    ...podSecurityFindings(pod, 'restricted', '1.37').map(({ checkId }) => checkId),
    ...controlFindings(new ModelPod(pod, replicas === undefined ? undefined : new Field('spec.replicas', replicas))).map(
      ({ controlId }) => controlId,
    ),
    ...pod.containers.flatMap(({ field }) => dangerousServerOptions(invocationOf(field)).map(({ option }) => option)),
  ];
}

const changed = (change: Change, gpus = 0): PodJson => {
  const pod = goodModelPod(gpus);
  change(pod);
  return pod;
};
const server = (pod: PodJson) => pod.spec['containers'][0];
/** The same, with GPUs that the device plugin gives to several pods. */
const shared = (resources: object) => JSON.parse(JSON.stringify(resources).replaceAll('nvidia.com/gpu', 'nvidia.com/gpu.shared')) as object;

describe('a pod that serves a model as it should', () => {
  it.each([0, 1, 2])('makes nobody complain: %s accelerators', (gpus) => {
    expect(complaints(goodModelPod(gpus), 2)).toEqual([]);
  });
});

/**
 * The thirty controls. Not here, since no pod shows them: images (15, 16) are judged by the policies about images; network policies and
 * disruption budgets (23, part of 29) and autoscaling (part of 30) are resources beside the pod.
 */
describe('when a control is taken away', () => {
  it.each(
    onCpus<[number, string, Change, number?]>(
      [
        // With accelerators: the user namespace of the other pod makes root harmless.
        [1, 'runAsNonRoot', (pod) => delete pod.spec['securityContext'].runAsNonRoot, 1],
        [2, 'numeric-user', (pod) => delete pod.spec['securityContext'].runAsUser],
        [2, 'numeric-user', (pod) => delete pod.spec['securityContext'].runAsGroup],
        [3, 'allowPrivilegeEscalation', (pod) => delete server(pod).securityContext.allowPrivilegeEscalation],
        [4, 'capabilities_restricted', (pod) => delete server(pod).securityContext.capabilities],
        [5, 'seccompProfile_restricted', (pod) => delete pod.spec['securityContext'].seccompProfile],
        [6, 'app-armor-profile', (pod) => delete pod.spec['securityContext'].appArmorProfile],
        [7, 'read-only-root', (pod) => delete server(pod).securityContext.readOnlyRootFilesystem],
        [8, 'bounded-scratch', (pod) => delete pod.spec['volumes'][1].emptyDir.sizeLimit],
        [9, 'bounded-scratch', (pod) => delete pod.spec['volumes'][2].emptyDir.sizeLimit],
        [9, 'shared-memory-within-limit', (pod) => (pod.spec['volumes'][2].emptyDir.sizeLimit = '4Gi')],
        [9, 'shared-memory-for-accelerators', (pod) => server(pod).volumeMounts.pop(), 2],
        [10, 'no-service-account-token', (pod) => delete pod.spec['automountServiceAccountToken']],
        [11, 'own-service-account', (pod) => (pod.spec['serviceAccountName'] = 'default')],
        [11, 'own-service-account', (pod) => delete pod.spec['serviceAccountName']],
        [12, 'user-namespace', (pod) => delete pod.spec['hostUsers']],
        [12, 'user-namespace', (pod) => (pod.spec['hostUsers'] = false), 1],
        [13, 'hostNamespaces', (pod) => (pod.spec['hostIPC'] = true)],
        [14, 'no-shared-processes', (pod) => (pod.spec['shareProcessNamespace'] = true)],
        [17, 'model-image-digest', (pod) => (pod.spec['volumes'][0].image.reference = 'ghcr.io/acme/model:v1')],
        [18, 'read-only-model', (pod) => delete server(pod).volumeMounts[0].readOnly],
        [
          19,
          'verified-weights',
          (pod) => (pod.spec['volumes'][0] = { name: 'model', persistentVolumeClaim: { claimName: 'models', readOnly: true } }),
        ],
        [20, 'offline-hub', (pod) => server(pod).env.shift()],
        [20, 'offline-hub', (pod) => server(pod).env.pop()],
        [21, 'safe-load-format', (pod) => server(pod).args.splice(1)],
        [21, 'safe-load-format', (pod) => (server(pod).args = ['/models', '--load-format=auto'])],
        [22, '--trust-remote-code', (pod) => server(pod).args.push('--trust-remote-code')],
        [24, 'accelerator-request', (pod) => (server(pod).resources.limits['nvidia.com/gpu'] = '0.5'), 1],
        [24, 'accelerator-request', (pod) => delete server(pod).resources.limits['nvidia.com/gpu'], 1],
        [24, 'accelerator-request', (pod) => (server(pod).resources.requests['nvidia.com/gpu'] = '2'), 1],
        [24, 'accelerator-request', (pod) => (server(pod).resources.claims = [{ name: 'gpu' }])],
        [24, 'own-accelerator', (pod) => (server(pod).resources = shared(server(pod).resources)), 1],
        [25, 'accelerator-toleration', (pod) => delete pod.spec['tolerations'], 1],
        [25, 'accelerator-toleration', (pod) => (pod.spec['tolerations'] = [{ operator: 'Exists' }]), 1],
        [26, 'resource-limits', (pod) => delete server(pod).resources.limits.memory],
        [26, 'resource-limits', (pod) => delete server(pod).resources.limits['ephemeral-storage']],
        [26, 'resource-limits', (pod) => (server(pod).resources = { limits: { memory: '8Gi', 'ephemeral-storage': '1Gi' } })],
        [26, 'requests-equal-limits', (pod) => (server(pod).resources.requests.memory = '1Gi'), 1],
        [27, 'probes', (pod) => delete server(pod).startupProbe],
        [27, 'probes', (pod) => delete server(pod).readinessProbe],
        [27, 'probes', (pod) => delete server(pod).livenessProbe],
        [27, 'hostProbesAndHostLifecycle', (pod) => (server(pod).livenessProbe.httpGet.host = '10.0.0.1')],
        [28, 'drain', (pod) => delete server(pod).lifecycle],
        [28, 'drain', (pod) => (pod.spec['terminationGracePeriodSeconds'] = 15)],
        [29, 'spread', (pod) => delete pod.spec['topologySpreadConstraints']],
        [30, 'ordinary-priority', (pod) => (pod.spec['priorityClassName'] = 'system-cluster-critical')],
      ],
      4,
    ),
  )('%i: %s complains, and nobody else', (_number, id, change, gpus) => {
    expect(new Set(complaints(changed(change, gpus), 2))).toEqual(new Set([id]));
  });

  it.each<[string, Change]>([
    ['no-service-links', (pod) => delete pod.spec['enableServiceLinks']],
    ['no-runtime-class', (pod) => (pod.spec['runtimeClassName'] = 'nvidia')],
    ['NVIDIA_VISIBLE_DEVICES', (pod) => server(pod).env.push({ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' })],
  ])('beyond the thirty: %s', (id, change) => {
    expect(complaints(changed(change))).toEqual([id]);
  });
});

describe('when something else does the same', () => {
  it.each(
    onCpus<[string, Change, number?]>(
      [
        [
          'user and group in the container',
          (pod) => {
            for (const key of ['runAsUser', 'runAsGroup']) {
              server(pod).securityContext[key] = 1000;
              Reflect.deleteProperty(pod.spec['securityContext'], key);
            }
          },
        ],
        ['requests that are left out', (pod) => delete server(pod).resources.requests, 1],
        ['the same amount written otherwise', (pod) => (server(pod).resources.requests.memory = '4096Mi'), 1],
        [
          'a read-only claim',
          (pod) => {
            pod.spec['volumes'].push({ name: 'data', persistentVolumeClaim: { claimName: 'c', readOnly: true } });
            pod.spec['initContainers'] = [verifier()];
            server(pod).volumeMounts.push({ name: 'data', mountPath: '/data' });
          },
        ],
        [
          'a Job, which is not called and ends by itself',
          (pod) => {
            pod.spec['restartPolicy'] = 'Never';
            for (const key of ['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle']) Reflect.deleteProperty(server(pod), key);
          },
        ],
        [
          'anti-affinity',
          (pod) => {
            delete pod.spec['topologySpreadConstraints'];
            pod.spec['affinity'] = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
          },
        ],
        [
          'a server that knows no hub',
          (pod) => {
            server(pod).command = ['/app/llama-server'];
            server(pod).env = [];
          },
        ],
        [
          'a sidecar without a model, which needs no hub switched off',
          (pod) => {
            const sidecar = structuredClone(server(pod));
            pod.spec['containers'].push({ ...sidecar, name: 'metrics', command: ['metrics'], args: [], env: [], volumeMounts: [] });
          },
        ],
      ],
      3,
    ),
  )('is content: %s', (_case, change, gpus) => {
    expect(complaints(changed(change, gpus), 2)).toEqual([]);
  });

  function verifier() {
    const { securityContext, resources } = server(goodModelPod());
    return { name: 'verify', image: 'x', command: ['model_signing', 'verify', 'key', '/data'], securityContext, resources };
  }
});

describe('when a value is not known yet', () => {
  it.each(
    onCpus<[string, Change, number?]>(
      [
        ['read-only-root', (pod) => (server(pod).securityContext.readOnlyRootFilesystem = UNKNOWN)],
        ['no-service-account-token', (pod) => (pod.spec['automountServiceAccountToken'] = UNKNOWN)],
        ['offline-hub', (pod) => (server(pod).env[0].value = UNKNOWN)],
        ['safe-load-format', (pod) => (server(pod).args[2] = UNKNOWN)],
        ['accelerator-request', (pod) => (server(pod).resources.limits['nvidia.com/gpu'] = UNKNOWN), 1],
        ['read-only-model', (pod) => (server(pod).volumeMounts[0].readOnly = UNKNOWN)],
        ['bounded-scratch', (pod) => (pod.spec['volumes'][1].emptyDir = UNKNOWN)],
      ],
      3,
    ),
  )('%s says so, and does not accuse', (id, change, gpus) => {
    const findings = controlFindings(new ModelPod(podOf(changed(change, gpus))));
    expect(findings.map(({ controlId }) => controlId)).toContain(id);
    expect(findings.every(({ outcome }) => outcome === 'undecidable')).toBe(true);
  });

  it('never throws, whatever is not known or not as it should be', () => {
    for (const value of [UNKNOWN, null, 'text', 7, true, [], {}, [UNKNOWN], [null, 'text']]) {
      for (const key of Object.keys(goodModelPod(1).spec)) {
        for (const place of [(pod: PodJson) => (pod.spec[key] = value), (pod: PodJson) => (server(pod)[key] = value)])
          complaints(changed(place, 1), 2);
      }
      for (const key of Object.keys(server(goodModelPod(1))))
        complaints(
          changed((pod) => (server(pod)[key] = value), 1),
          2,
        );
    }
  });
});

describe('the controls', () => {
  it.each(CONTROLS)('have words: $id', ({ id, title, reason, fix }) => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    // The name of an annotation has 63 characters at most.
    expect(`opt-out-${id}`.length).toBeLessThan(64);
    expect(title).toMatch(/.{10}/);
    expect(reason).toMatch(/.{30}/);
    expect(fix).toMatch(/.{10}/);
  });

  it('show no value of a variable or argument', () => {
    const secret = 'hunter2-s3cret';
    const pod = changed((json) => {
      server(json).env[0].value = secret;
      server(json).args = [secret, `--load-format=auto`];
    });
    expect(JSON.stringify(controlFindings(new ModelPod(podOf(pod))))).not.toContain(secret);
  });
});
