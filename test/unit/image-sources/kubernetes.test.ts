import { imageSites } from '../../../policy-pack/image-sources';
import { engineProps, UNKNOWN } from './engineProps';

const podSpec = { containers: [{ name: 'server', image: 'registry/server' }] };
const template = { metadata: { labels: { app: 'x' } }, spec: podSpec };

/** How each kind carries its pod, and where the image then is. */
const KINDS = [
  ['Pod', { spec: podSpec }, 'spec.containers[0].image'],
  ['PodTemplate', { template }, 'template.spec.containers[0].image'],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map(
    (kind) => [kind, { spec: { template } }, 'spec.template.spec.containers[0].image'] as const,
  ),
  ['CronJob', { spec: { jobTemplate: { spec: { template } } } }, 'spec.jobTemplate.spec.template.spec.containers[0].image'],
] as const;

/** Every API version in which @pulumi/kubernetes has the kind, plus the form that CustomResource gives to the core group. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['core/v1', 'v1'],
  PodTemplate: ['core/v1', 'v1'],
  ReplicationController: ['core/v1', 'v1'],
  Deployment: ['apps/v1', 'apps/v1beta1', 'apps/v1beta2', 'extensions/v1beta1'],
  StatefulSet: ['apps/v1', 'apps/v1beta1', 'apps/v1beta2'],
  DaemonSet: ['apps/v1', 'apps/v1beta2', 'extensions/v1beta1'],
  ReplicaSet: ['apps/v1', 'apps/v1beta2', 'extensions/v1beta1'],
  Job: ['batch/v1'],
  CronJob: ['batch/v1', 'batch/v1beta1', 'batch/v2alpha1'],
};

const CASES = KINDS.flatMap(([kind, props, path]) =>
  VERSIONS[kind]!.map((version) => [`kubernetes:${version}:${kind}`, props, path] as const),
);

const site = (path: string) => ({ path, what: 'container "server"', value: { kind: 'known', reference: 'registry/server' } });
const paths = (type: string, props: unknown): readonly string[] => imageSites(type, engineProps(props)).map((found) => found.path);

describe.each(CASES)('when the resource is %s', (type, props, path) => {
  it('finds the image', () => {
    expect(imageSites(type, engineProps(props))).toEqual([site(path)]);
  });

  it('finds the image of its Patch form', () => {
    expect(imageSites(`${type}Patch`, engineProps(props))).toEqual([site(path)]);
  });

  it('finds the image of each item of its List form', () => {
    expect(imageSites(`${type}List`, engineProps({ items: [props, {}, props] }))).toEqual([
      site(`items[0].${path}`),
      site(`items[2].${path}`),
    ]);
  });

  it('says which part is unknown, from the outermost in', () => {
    const steps = path.replace('.containers[0].image', '').split('.');
    steps.forEach((_step, depth) => {
      const unknownPath = steps.slice(0, depth + 1);
      const hidden = unknownPath.reduceRight<unknown>((below, key) => ({ [key]: below }), UNKNOWN);
      expect(imageSites(type, engineProps(hidden))).toMatchObject([
        { path: unknownPath.join('.'), value: { kind: 'unknown', unknownPath: unknownPath.join('.') } },
      ]);
    });
  });

  it('is silent about a resource that sets nothing', () => {
    expect(imageSites(type, engineProps({}))).toEqual([]);
  });
});

describe('when the manifest says another kind than the type token', () => {
  it('reads the manifest, which is what the provider creates', () => {
    expect(paths('kubernetes:acme.example/v1:Widget', { apiVersion: 'v1', kind: 'Pod', spec: podSpec })).toEqual([
      'spec.containers[0].image',
    ]);
  });

  it('reads both', () => {
    const both = { apiVersion: 'v1', kind: 'Pod', spec: { ...podSpec, template } };
    expect(paths('kubernetes:apps/v1:Deployment', both)).toEqual(['spec.template.spec.containers[0].image', 'spec.containers[0].image']);
  });

  it('does not name an image twice when both agree', () => {
    expect(paths('kubernetes:apps/v1:Deployment', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template } })).toHaveLength(1);
  });

  it.each([
    ['unknown', UNKNOWN],
    ['no text', 7],
    ['absent', undefined],
  ])('is not misled by an apiVersion that is %s', (_case, apiVersion) => {
    expect(paths('kubernetes:acme.example/v1:Widget', { apiVersion, kind: 'Pod', spec: podSpec })).toEqual(['spec.containers[0].image']);
  });

  it('leaves a kind of the same name alone when its apiVersion is of another group', () => {
    expect(
      paths('kubernetes:acme.example/v1:Deployment', { apiVersion: 'acme.example/v1', kind: 'Deployment', spec: { template } }),
    ).toEqual([]);
  });

  it('reports a kind that is not known yet', () => {
    expect(imageSites('kubernetes:acme.example/v1:Widget', engineProps({ kind: UNKNOWN, spec: podSpec }))).toEqual([
      { path: 'kind', what: 'kind', value: { kind: 'unknown', unknownPath: 'kind' } },
    ]);
  });

  it('reports a kind that is no text', () => {
    expect(imageSites('kubernetes:acme.example/v1:Widget', engineProps({ kind: ['Pod'], spec: podSpec }))).toEqual([
      { path: 'kind', what: 'kind', value: { kind: 'unreadable', expected: 'the name of a kind', found: 'a list' } },
    ]);
  });
});

describe('when the resource is a list of mixed kinds', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: podSpec };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template } };
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: {} };

  it.each(['kubernetes:core/v1:List', 'kubernetes:v1:List'])('tells the items of %s apart by their kind', (type) => {
    expect(paths(type, { apiVersion: 'v1', kind: 'List', items: [configMap, pod, deployment] })).toEqual([
      'items[1].spec.containers[0].image',
      'items[2].spec.template.spec.containers[0].image',
    ]);
  });

  it('goes into lists within lists', () => {
    const inner = { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ spec: { template } }] };
    expect(paths('kubernetes:core/v1:List', { items: [inner] })).toEqual(['items[0].items[0].spec.template.spec.containers[0].image']);
  });

  it('reads items by the list kind of the manifest when token and manifest name different lists', () => {
    expect(paths('kubernetes:apps/v1:DeploymentList', { apiVersion: 'v1', kind: 'PodList', items: [{ spec: podSpec }] })).toEqual([
      'items[0].spec.containers[0].image',
    ]);
  });

  it('reports an unknown item, an unknown kind of an item and unknown items', () => {
    expect(paths('kubernetes:core/v1:List', { items: [UNKNOWN, { kind: UNKNOWN }, pod] })).toEqual([
      'items[0]',
      'items[1].kind',
      'items[2].spec.containers[0].image',
    ]);
    expect(paths('kubernetes:core/v1:List', { items: UNKNOWN })).toEqual(['items']);
  });
});

describe('when the resource is no built-in workload', () => {
  it.each([
    ['kubernetes:core/v1:ConfigMap'],
    ['kubernetes:apps/v1:deployment'],
    ['kubernetes:acme.example/v1:Deployment'],
    ['kubernetes:apps.acme.example/v1:Deployment'],
    ['kubernetes:apps/v1:DeploymentPatchList'],
    ['kubernetes:apps/v1:toString'],
    ['aws:apps/v1:Deployment'],
    ['kubernetes:apps/v1:Deployment:extra'],
    ['kubernetes'],
    [''],
  ])('does not guess at %p', (type) => {
    expect(imageSites(type, engineProps({ spec: { ...podSpec, template } }))).toEqual([]);
  });

  it.each([[undefined], [null], ['text'], [5], [[]]])('accepts %p in place of properties', (props) => {
    expect(imageSites('kubernetes:apps/v1:Deployment', props)).toEqual([]);
  });
});
