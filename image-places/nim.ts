import { eachAt, imageAt, inSpec, objectAt, splitImageAt } from './places';
import type { ImageKinds, Place } from './types';

const service: readonly Place[] = [
  splitImageAt('image', 'NIM server'),
  eachAt('initContainers', 'init containers', 'init container', splitImageAt('image')),
  eachAt('sidecarContainers', 'sidecar containers', 'sidecar container', splitImageAt('image')),
];

/** Where a cache can get a model from: each names the image that pulls it. */
const SOURCES = ['ngc', 'dataStore', 'hf'] as const;

const cache = objectAt(
  'source',
  'model source',
  ...SOURCES.map((name) => objectAt(name, 'model source', imageAt('modelPuller', 'model puller'))),
);

/** The NVIDIA NIM operator. A NIM image carries its model profiles or pulls them with the image of the cache; both are images to verify. */
export const NIM: ImageKinds = {
  groups: ['apps.nvidia.com'],
  kinds: {
    NIMService: { plural: 'nimservices', places: inSpec('NIM service spec', ...service) },
    NIMCache: { plural: 'nimcaches', places: inSpec('NIM cache spec', cache) },
    NIMBuild: { plural: 'nimbuilds', places: inSpec('NIM build spec', splitImageAt('image', 'NIM builder')) },
    NIMPipeline: {
      plural: 'nimpipelines',
      places: inSpec('NIM pipeline spec', eachAt('services', 'services', 'service', ...inSpec('NIM service spec', ...service))),
    },
  },
};
