import { shownText } from '../../pod/field';
import type { Field } from '../../pod/field';
import { undecidable, violation } from '../observe';
import type { Observation, PodSecurityCheck } from '../types';

const ALLOWED = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;

export const restrictedVolumes: PodSecurityCheck = {
  id: 'restrictedVolumes',
  level: 'restricted',
  overrides: 'hostPathVolumes',
  reason: 'other volumes reach storage with the rights of the node, past claims and quotas',
  fix: 'use an image volume or a persistent volume claim',
  look: (pod) => pod.spec.at('volumes').items().flatMap(allowedSource),
};

function allowedSource(volume: Field): readonly Observation[] {
  const expected = `one of ${ALLOWED.join(', ')}`;
  const sources = ALLOWED.map((key) => volume.at(key));
  if (sources.some((source) => source.value !== undefined)) return [];
  const unknown = volume.unknownAt ?? sources.find((source) => source.isUnknown)?.unknownAt;
  if (unknown !== undefined) return [undecidable(unknown, expected)];
  const found = volume.entries().find(([key, source]) => key !== 'name' && !source.isAbsent)?.[0];
  // The name of a field comes from the author of the stack, who may have misspelt anything.
  return [violation(volume, expected, found === undefined ? 'nothing' : shownText(found))];
}
