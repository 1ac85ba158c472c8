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
  return state.ok ? state.value.unread.flatMap((item) => item.problems) : state.problems;
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

describe('what cannot be read, with its place', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'expected the JSON of `kubectl get policyreports,pods,namespaces -A -o json`, found nothing'],
    ['YAML', 'apiVersion: v1', 'found other text'],
    ['a pod alone', JSON.stringify({ ...pod(), items: [] }), 'kind: expected a List'],
    ['no items', JSON.stringify({ kind: 'List' }), 'items: Invalid input: expected array'],
    ['a Secret', list({ apiVersion: 'v1', kind: 'Secret' }), 'items[0]: expected a Pod, a Namespace or a policy report, found "v1 Secret"'],
    ['an item that is none', list(pod(), null), 'items[1]: Invalid input'],
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

  it('all items', () => {
    expect(problems(list(...Array.from({ length: 30 }, () => ({}))))).toHaveLength(30);
  });
});

describe('what cannot be read costs itself only', () => {
  const good = pod({
    metadata: { name: 'good', uid: 'u2' },
    spec: { containers: [{ name: 'server', image: `ghcr.io/acme/x@${DIGEST}` }] },
  });
  const imagesOf = (item: unknown) => {
    const { pods, unread } = parsed(item, good);
    expect(pods.at(-1)?.name).toBe('good');
    expect(unread).toEqual([]);
    return pods[0]?.images.map(({ where, reference, notChecked }) => [where, notChecked === undefined ? reference : notChecked.code]);
  };
  const container = (name: unknown, image: unknown) => ({
    spec: {
      containers: [
        { name, image },
        { name: 'other', image: `ghcr.io/acme/y@${DIGEST}` },
      ],
    },
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'items[0]: Invalid input'],
    ['a text', 'x', 'items[0]: Invalid input'],
    ['a list', [], 'items[0]: Invalid input'],
    ['no kind', {}, 'items[0].kind: expected text, found nothing'],
    ['a kind of the future', { ...pod(), apiVersion: 'v2' }, 'found "v2 Pod"'],
    [
      'a pod without containers',
      pod({ spec: { containers: null } }),
      'items[0].spec.containers: expected a list of containers, found nothing',
    ],
    ['a pod without namespace', pod({ metadata: { namespace: undefined } }), 'items[0].metadata.namespace: expected a name'],
    ['a namespace without name', { apiVersion: 'v1', kind: 'Namespace', metadata: {} }, 'items[0].metadata.name'],
    [
      'results that are no list',
      { apiVersion: 'openreports.io/v9', kind: 'Report', results: {} },
      'items[0].results: expected a list, found an object',
    ],
  ])('%s', (_what, item, problem) => {
    const { pods, unread } = parsed(item, good);
    expect(pods.map(({ name }) => name)).toEqual(['good']);
    expect(unread).toEqual([expect.objectContaining({ at: 'items[0]', problems: [expect.stringContaining(problem)] })]);
  });

  it('an item is named by what it calls itself', () => {
    expect(parsed(pod({ spec: { containers: [] } })).unread[0]?.name).toBe('Pod ml/server-abc-1');
    expect(parsed(pod({ metadata: { name: '\u001b[2Kx' } })).unread[0]?.name).toBe('Pod ml/\\u001b[2Kx');
  });

  it.each<[string, unknown, string]>([
    ['no text', 7, 'image-unreadable'],
    ['nothing', undefined, 'image-unreadable'],
    ['empty', '', 'image-unreadable'],
  ])('an image that is %s', (_what, image, code) => {
    expect(imagesOf(pod(container('a', image)))).toEqual([
      ['container "a"', code],
      ['container "other"', `ghcr.io/acme/y@${DIGEST}`],
    ]);
  });

  it('an image of 5,000 characters, which the verifier refuses', () => {
    const long = `ghcr.io/acme/${'x'.repeat(5000)}`;
    expect(imagesOf(pod(container('a', long)))?.[0]).toEqual(['container "a"', long]);
  });

  it('a container that is null, and one without name', () => {
    const spec = { containers: [null, { image: `ghcr.io/acme/x@${DIGEST}` }] };
    expect(imagesOf(pod({ spec }))).toEqual([
      ['container 1', 'image-unreadable'],
      ['container 2', `ghcr.io/acme/x@${DIGEST}`],
    ]);
  });

  it('init containers that are no list', () => {
    const spec = { containers: [{ name: 'a', image: `ghcr.io/acme/x@${DIGEST}` }], initContainers: { x: 1 } };
    expect(imagesOf(pod({ spec }))).toEqual([
      ['container "a"', `ghcr.io/acme/x@${DIGEST}`],
      ['init containers', 'image-unreadable'],
    ]);
  });

  it.each(['system:node:worker-1', '\u202ex', 'x'.repeat(5000)])('an owner that is called %s', (name) => {
    const { pods, unread } = parsed(pod({ metadata: { ownerReferences: [null, { kind: 'Node', name, controller: true }] } }));
    expect(pods[0]?.workload).toEqual({ namespace: 'ml', kind: 'Node', name });
    expect(unread).toEqual([]);
  });

  it('labels and owners of other types', () => {
    expect(parsed(pod({ metadata: { labels: [7], ownerReferences: 'x', uid: 7 } })).pods[0]).toMatchObject({
      uid: undefined,
      workload: { kind: 'Pod' },
    });
  });

  it('a result with a word that there is not: an error of its policy, and the results beside it count', () => {
    const results = [
      { policy: 'models-images', result: 'fine' },
      { policy: 'models-images', result: 'fail', message: 'no' },
      { result: 'pass' },
    ];
    const item = {
      apiVersion: 'wgpolicyk8s.io/v1beta9',
      kind: 'PolicyReport',
      metadata: { namespace: 'ml' },
      scope: { kind: 'Pod', name: 'x' },
      results,
    };
    const { reports, unread } = parsed(item);
    expect(reports.flatMap((one) => one.results.map(({ result }) => result))).toEqual(['error', 'fail']);
    expect(unread[0]?.problems).toEqual([
      'items[0].results[0].result: expected pass, fail, warn, error or skip, found "fine"',
      'items[0].results[2].policy: expected text, found nothing',
    ]);
  });

  it('lists in lists, and a PodList, are read; an endless nest is not', () => {
    const { kind: _kind, apiVersion: _version, ...bare } = good;
    const podList = { apiVersion: 'v1', kind: 'PodList', items: [bare] };
    expect(parsed({ apiVersion: 'v1', kind: 'List', items: [podList, pod()] }).pods.map(({ name }) => name)).toEqual([
      'good',
      'server-abc-1',
    ]);
    let nest: object = { kind: 'List', items: [pod()] };
    for (let depth = 0; depth < 10; depth++) nest = { kind: 'List', items: [nest] };
    const { pods, unread } = parsed(nest, good);
    expect([pods.length, unread[0]?.problems[0]]).toEqual([1, expect.stringContaining('at most 4 lists')]);
  });
});

describe('a tag is what the kubelet pulled, or not checked', () => {
  const status = (...ids: readonly unknown[]) => ({ containerStatuses: ids.map((imageID) => ({ name: 'server', imageID })) });
  const first = (fields: object) => parsed(pod(fields)).pods[0]?.images[0];

  it.each([`ghcr.io/acme/server@${DIGEST}`, `docker-pullable://ghcr.io/acme/server@${DIGEST}`, `mirror.corp/acme/server@${DIGEST}`])(
    'imageID %s',
    (imageID) => {
      expect(first({ status: status(imageID) })).toMatchObject({ reference: `ghcr.io/acme/server@${DIGEST}` });
      expect(first({ status: status(imageID) })).not.toHaveProperty('notChecked');
    },
  );

  it.each<[string, object]>([
    ['no status', {}],
    ['no imageID yet', { status: status('') }],
    ['an id of the configuration', { status: status(DIGEST) }],
    ['an id of docker', { status: status(`docker://${DIGEST}`) }],
    ['a digest in upper case', { status: status(`ghcr.io/acme/server@${DIGEST.toUpperCase()}`) }],
    ['a short digest', { status: status('ghcr.io/acme/server@sha256:abcd') }],
    ['an imageID that is no text', { status: status(7) }],
    ['two statuses that differ', { status: status(`a@${DIGEST}`, `a@sha256:${'cd'.repeat(32)}`) }],
    ['a status of another container', { status: { containerStatuses: [{ name: 'other', imageID: `a@${DIGEST}` }] } }],
    ['a status of an init container of this name', { status: { initContainerStatuses: [{ name: 'server', imageID: `a@${DIGEST}` }] } }],
    ['statuses that are no list', { status: { containerStatuses: { name: 'server', imageID: `a@${DIGEST}` } } }],
  ])('%s', (_what, fields) => {
    expect(first(fields)?.notChecked).toMatchObject({ code: 'running-digest-unknown', reference: 'ghcr.io/acme/server:v1' });
  });

  it('an image volume by tag is not checked, one by digest is', () => {
    const volume = (reference: string) => ({
      spec: { containers: [{ name: 'a', image: 'b' }], volumes: [{ name: 'm', image: { reference } }] },
    });
    expect(parsed(pod(volume('ghcr.io/acme/model:v2'))).pods[0]?.images[1]?.notChecked?.code).toBe('running-digest-unknown');
    expect(parsed(pod(volume(`ghcr.io/acme/model@${DIGEST}`))).pods[0]?.images[1]).not.toHaveProperty('notChecked');
  });

  it('a status of a container that the spec does not have is not checked', () => {
    const images = parsed(pod({ status: { containerStatuses: [{ name: 'hidden', imageID: `evil@${DIGEST}` }] } })).pods[0]?.images;
    expect(images?.map(({ where, notChecked }) => [where, notChecked?.code])).toContainEqual(['container "hidden"', 'image-unreadable']);
  });

  it('a pod whose phase says that it ended is looked at while a container runs', () => {
    const running = { phase: 'Failed', containerStatuses: [{ name: 'server', state: { running: {} }, imageID: `a@${DIGEST}` }] };
    expect(parsed(pod({ status: running })).pods).toHaveLength(1);
    expect(
      parsed(pod({ status: { phase: 'Failed', containerStatuses: [{ name: 'server', state: { terminated: {} } }] } })).passedOver,
    ).toBe(1);
  });
});

describe('namespaces', () => {
  const label = { 'pulumi-model-supply-chain/enforce': 'true' };

  it.each<[string, readonly unknown[], number]>([
    ['not in the input', [namespace('other', label)], 1],
    ['with a label of another type beside it', [namespace('ml', { ...label, x: 7 })], 1],
    ['twice, once enforced', [namespace('ml', label), namespace('ml')], 1],
    ['with the label "false"', [namespace('ml', { 'pulumi-model-supply-chain/enforce': 'false' })], 0],
    ['with labels that are a list', [namespace('ml', [])], 0],
  ])('%s', (_what, namespaces, looked) => {
    expect(parsed(...namespaces, pod()).pods).toHaveLength(looked);
  });
});
