import { imageAt, insideEach, insideObject } from './descend';
import { all, inSpec } from './kinds';
import type { KindFamily, KindReader } from './kinds';
import { splitImageAt } from './splitImage';

const named =
  (what: string): KindReader =>
  (container) =>
    splitImageAt(container, 'image', what);

const service: KindReader = all(
  named('NIM server'),
  (spec) => insideEach(spec, 'initContainers', { list: 'init containers', item: 'init container' }, named('init container')),
  (spec) => insideEach(spec, 'sidecarContainers', { list: 'sidecar containers', item: 'sidecar container' }, named('sidecar container')),
);

/** Where a cache can get a model from: each names the image that pulls it. */
const SOURCES = ['ngc', 'dataStore', 'hf'] as const;

const cache: KindReader = (spec) =>
  insideObject(spec, 'source', 'model source', (source) =>
    SOURCES.flatMap((name) => insideObject(source, name, 'model source', (from) => imageAt(from, 'modelPuller', 'model puller'))),
  );

/** The NVIDIA NIM operator. A NIM image carries its model profiles or pulls them with the image of the cache; both are images to verify. */
export const NIM: KindFamily = {
  groups: new Set(['apps.nvidia.com']),
  readers: new Map<string, KindReader>([
    ['NIMService', inSpec('NIM service spec', service)],
    ['NIMCache', inSpec('NIM cache spec', cache)],
    ['NIMBuild', inSpec('NIM build spec', named('NIM builder'))],
    [
      'NIMPipeline',
      inSpec('NIM pipeline spec', (spec) =>
        insideEach(spec, 'services', { list: 'services', item: 'service' }, inSpec('NIM service spec', service)),
      ),
    ],
  ]),
};
