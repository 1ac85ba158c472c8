import { observe } from '../observe';
import type { PodSecurityCheck } from '../types';

export const hostPathVolumes: PodSecurityCheck = {
  id: 'hostPathVolumes',
  level: 'baseline',
  reason: 'a directory of the node leads to the other pods there and often to the node itself',
  fix: 'use an image volume or a persistent volume claim for models, and emptyDir for scratch space',
  look: (pod) =>
    pod.spec
      .at('volumes')
      .items()
      .flatMap((volume) => observe(volume.at('hostPath'), 'no hostPath', (value) => value === undefined)),
};
