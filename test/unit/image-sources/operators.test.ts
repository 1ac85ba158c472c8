import { imageSites } from '../../../policy-pack/image-sources';
import { engineProps, UNKNOWN } from './engineProps';

const found = (type: string, spec: unknown): readonly string[] =>
  imageSites(`kubernetes:${type}`, engineProps({ spec })).map(
    ({ path, value }) => `${path} ${value.kind === 'known' ? value.reference : value.kind}`,
  );

const pod = { spec: { containers: [{ name: 'server', image: 'registry/server' }] } };
const IMAGE = 'spec.containers[0].image registry/server';

describe('when Ray runs the pods', () => {
  const cluster = {
    headGroupSpec: { template: pod },
    workerGroupSpecs: [{ template: pod }, { template: pod }],
    autoscalerOptions: { image: 'registry/autoscaler' },
  };
  const inCluster = (at: string): readonly string[] => [
    `${at}.headGroupSpec.template.${IMAGE}`,
    `${at}.workerGroupSpecs[0].template.${IMAGE}`,
    `${at}.workerGroupSpecs[1].template.${IMAGE}`,
    `${at}.autoscalerOptions.image registry/autoscaler`,
  ];

  it('finds head, workers and autoscaler, wherever the cluster stands', () => {
    expect(found('ray.io/v1:RayCluster', cluster)).toEqual(inCluster('spec'));
    expect(found('ray.io/v1:RayService', { rayClusterConfig: cluster })).toEqual(inCluster('spec.rayClusterConfig'));
    expect(found('ray.io/v1:RayJob', { rayClusterSpec: cluster, submitterPodTemplate: pod })).toEqual([
      ...inCluster('spec.rayClusterSpec'),
      `spec.submitterPodTemplate.${IMAGE}`,
    ]);
    expect(found('ray.io/v1:RayCronJob', { jobTemplate: { rayClusterSpec: cluster } })).toEqual(
      inCluster('spec.jobTemplate.rayClusterSpec'),
    );
  });
});

describe('when pods start in groups', () => {
  it('finds leader and workers', () => {
    expect(
      found('leaderworkerset.x-k8s.io/v1:LeaderWorkerSet', { leaderWorkerTemplate: { leaderTemplate: pod, workerTemplate: pod } }),
    ).toEqual([`spec.leaderWorkerTemplate.leaderTemplate.${IMAGE}`, `spec.leaderWorkerTemplate.workerTemplate.${IMAGE}`]);
  });

  it('finds every job of a set', () => {
    const replicatedJobs = [{ name: 'train', template: { spec: { template: pod } } }];
    expect(found('jobset.x-k8s.io/v1alpha2:JobSet', { replicatedJobs })).toEqual([
      `spec.replicatedJobs[0].template.spec.template.${IMAGE}`,
    ]);
  });
});

describe('when the NIM operator runs the pods', () => {
  const image = { repository: 'nvcr.io/nim/llama', tag: '1.8@sha256:00' };

  it('puts repository and tag together, as the operator does', () => {
    expect(found('apps.nvidia.com/v1alpha1:NIMService', { image, initContainers: [{ image }], sidecarContainers: [{ image }] })).toEqual([
      'spec.image nvcr.io/nim/llama:1.8@sha256:00',
      'spec.initContainers[0].image nvcr.io/nim/llama:1.8@sha256:00',
      'spec.sidecarContainers[0].image nvcr.io/nim/llama:1.8@sha256:00',
    ]);
    expect(found('apps.nvidia.com/v1alpha1:NIMPipeline', { services: [{ name: 'llm', spec: { image } }] })).toEqual([
      'spec.services[0].spec.image nvcr.io/nim/llama:1.8@sha256:00',
    ]);
    expect(found('apps.nvidia.com/v1alpha1:NIMBuild', { image })).toHaveLength(1);
  });

  it.each([
    ['an unknown repository', { repository: UNKNOWN, tag: '1' }, 'spec.image unknown'],
    ['an unknown tag', { repository: 'nim', tag: UNKNOWN }, 'spec.image unknown'],
    ['a tag that is a number', { repository: 'nim', tag: 1 }, 'spec.image.tag unreadable'],
    ['no tag', { repository: 'nim' }, 'spec.image.tag unreadable'],
    ['no repository', { tag: '1' }, 'spec.image.repository unreadable'],
    ['an unknown image', UNKNOWN, 'spec.image unknown'],
    ['an image that is text', 'nim:1', 'spec.image unreadable'],
  ])('reports %s', (_case, broken, site) => {
    expect(found('apps.nvidia.com/v1alpha1:NIMService', { image: broken })).toEqual([site]);
  });

  it('finds nothing in a patch that leaves the image alone', () => {
    expect(found('apps.nvidia.com/v1alpha1:NIMServicePatch', { image: { pullPolicy: 'Always' } })).toEqual([]);
  });

  it.each(['ngc', 'dataStore', 'hf'])('finds the image that pulls a model from %s', (source) => {
    expect(found('apps.nvidia.com/v1alpha1:NIMCache', { source: { [source]: { modelPuller: 'nvcr.io/puller:1' } } })).toEqual([
      `spec.source.${source}.modelPuller nvcr.io/puller:1`,
    ]);
  });
});
