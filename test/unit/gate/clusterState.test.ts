import { parseClusterState } from '../../../gate/running/clusterState';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const list = (...items: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const pod = (fields: { metadata?: object; spec?: object; status?: object } = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'server-abc-1', namespace: 'ml', uid: 'u1', ...fields.metadata },
  spec: { containers: [{ name: 'server', image: 'ghcr.io/acme/server:v1' }], ...fields.spec },
  status: { phase: 'Running', ...fields.status },
});
const namespace = (name: string, labels?: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

function parsed(...items: readonly unknown[]) {
  const state = parseClusterState(list(...items));
  if (!state.ok) throw new Error(state.problems.join('\n'));
  return state.value;
}
function problems(text: string): readonly string[] {
  const state = parseClusterState(text);
  return state.ok ? [] : state.problems;
}

describe('pods as kubectl prints them', () => {
  it('name every image, and for a tag the digest that the kubelet pulled', () => {
    const spec = {
      initContainers: [{ name: 'init', image: `ghcr.io/acme/init@${DIGEST}` }],
      ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
      volumes: [{ name: 'model', image: { reference: 'ghcr.io/acme/model:v2' } }, { name: 'tmp' }],
    };
    const status = {
      containerStatuses: [{ name: 'server', imageID: `ghcr.io/acme/server@${DIGEST}` }],
      ephemeralContainerStatuses: [{ name: 'debug', imageID: `docker-pullable://busybox@${DIGEST}` }],
    };
    expect(parsed(pod({ spec, status })).pods[0]?.images.map(({ where, reference }) => [where, reference])).toEqual([
      ['container "server"', `ghcr.io/acme/server@${DIGEST}`],
      ['init container "init"', `ghcr.io/acme/init@${DIGEST}`],
      ['ephemeral container "debug"', `docker.io/library/busybox@${DIGEST}`],
      ['image volume "model"', 'ghcr.io/acme/model:v2'],
    ]);
  });

  it('are not believed about a digest that the spec names otherwise', () => {
    const spec = { containers: [{ name: 'server', image: `ghcr.io/acme/server@${DIGEST}` }] };
    const status = { containerStatuses: [{ name: 'server', imageID: `ghcr.io/acme/server@sha256:${'cd'.repeat(32)}` }] };
    expect(parsed(pod({ spec, status })).pods[0]?.images[0]?.reference).toBe(`ghcr.io/acme/server@${DIGEST}`);
  });

  it.each([
    ['nothing', {}, { kind: 'Pod', name: 'server-abc-1' }],
    [
      'the ReplicaSet of a Deployment',
      { labels: { 'pod-template-hash': 'abc' }, ownerReferences: [{ kind: 'ReplicaSet', name: 'server-abc', controller: true }] },
      { kind: 'Deployment', name: 'server' },
    ],
    [
      'a ReplicaSet',
      { ownerReferences: [{ kind: 'ReplicaSet', name: 'server-abc', controller: true }] },
      { kind: 'ReplicaSet', name: 'server-abc' },
    ],
    ['a Job', { ownerReferences: [{ kind: 'Job', name: 'train', controller: true }] }, { kind: 'Job', name: 'train' }],
    ['an owner that does not control it', { ownerReferences: [{ kind: 'Node', name: 'n1' }] }, { kind: 'Pod', name: 'server-abc-1' }],
  ])('belong to what controls them: %s', (_what, metadata, workload) => {
    expect(parsed(pod({ metadata })).pods[0]?.workload).toEqual({ namespace: 'ml', ...workload });
  });

  it('that ended, or stand in namespaces without enforcement, are counted only', () => {
    const label = { 'pulumi-model-supply-chain/enforce': 'true' };
    const state = parsed(
      namespace('ml', label),
      namespace('kube-system'),
      pod(),
      pod({ status: { phase: 'Succeeded' } }),
      pod({ metadata: { namespace: 'kube-system' } }),
    );
    expect({ pods: state.pods.length, passedOver: state.passedOver }).toEqual({ pods: 1, passedOver: 2 });
  });
});

describe('reports', () => {
  const results = [{ policy: 'models-images', result: 'fail', message: 'no' }];
  const report = (fields: object) => ({
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
    metadata: { namespace: 'ml' },
    ...fields,
  });
  const expected = [{ namespace: 'ml', pod: 'server', uid: 'u1', results }];

  it.each<[string, object]>([
    ['about the object in scope', report({ scope: { kind: 'Pod', namespace: 'ml', name: 'server', uid: 'u1' }, results })],
    ['about the resources of a result', report({ results: [{ ...results[0], resources: [{ kind: 'Pod', name: 'server', uid: 'u1' }] }] })],
    [
      'of openreports.io',
      {
        ...report({ scope: { kind: 'Pod', name: 'server', uid: 'u1' } }),
        apiVersion: 'openreports.io/v1alpha1',
        kind: 'Report',
        results: [{ policy: 'models-images', result: 'fail', description: 'no' }],
      },
    ],
  ])('%s', (_what, item) => {
    expect(parsed(item).reports).toEqual(expected);
  });

  it.each<[string, object]>([
    ['about a Deployment', report({ scope: { kind: 'Deployment', name: 'server' }, results })],
    ['about nothing', report({ results })],
    ['without results', report({ scope: { kind: 'Pod', name: 'server' } })],
  ])('say nothing about pods when they are %s', (_what, item) => {
    expect(parsed(item).reports).toEqual([]);
  });
});

describe('input that is refused, with its place', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'expected the JSON of `kubectl get policyreports,pods,namespaces -A -o json`, found nothing'],
    ['YAML', 'apiVersion: v1', 'found other text'],
    ['a pod alone', JSON.stringify({ ...pod(), items: [] }), 'kind: expected a List'],
    ['no items', JSON.stringify({ kind: 'List' }), 'items: Invalid input: expected array'],
    ['a Secret', list({ apiVersion: 'v1', kind: 'Secret' }), 'items[0]: expected a Pod, a Namespace or a policy report, found "v1 Secret"'],
    ['an item that is none', list(pod(), null), 'items[1]: Invalid input'],
    ['an image that is no text', list(pod({ spec: { containers: [{ name: 'a', image: 7 }] } })), 'items[0].spec.containers[0].image: '],
    ['a pod without containers', list(pod({ spec: { containers: [] } })), 'items[0].spec.containers: '],
    ['a name that hides text', list(pod({ metadata: { name: 'a\u001b[2K' } })), 'items[0].metadata.name: expected a name'],
    [
      'a result that there is not',
      list({ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport', metadata: {}, results: [{ policy: 'p', result: 'ok' }] }),
      'items[0].results[0].result: ',
    ],
  ])('%s', (_what, text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });

  it('all problems at once, and no more than people read', () => {
    expect(problems(list(...Array.from({ length: 30 }, () => ({}))))).toHaveLength(21);
  });
});
