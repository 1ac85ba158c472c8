import { CONTAINER_FIELDS } from '../../../image-places';
import { enforcedNamespaces } from '../kubernetesObject';

/** Where the pod spec is in each kind. Written out, because Kyverno's own repetition for controllers looks at the default places only. */
const POD_SPECS = {
  Pod: '/spec',
  DaemonSet: '/spec/template/spec',
  Deployment: '/spec/template/spec',
  Job: '/spec/template/spec',
  ReplicaSet: '/spec/template/spec',
  StatefulSet: '/spec/template/spec',
  CronJob: '/spec/jobTemplate/spec/template/spec',
} as const;

/** Extractors of one kind replace those that come with Kyverno, so that all four places stand here. */
const placesIn = (spec: string): readonly object[] => [
  ...CONTAINER_FIELDS.map(({ field }) => ({
    name: field,
    path: `${spec}/${field}/*`,
    key: 'name',
    value: 'image',
  })),
  // No key: volumes without an image have none of theirs read.
  { name: 'modelVolumes', path: `${spec}/volumes/*/image`, value: 'reference' },
];

/** Every place of an image, by kind: `imageExtractors` of a rule. */
export const IMAGE_EXTRACTORS: Readonly<Record<string, readonly object[]>> = Object.fromEntries(
  Object.entries(POD_SPECS).map(([kind, spec]) => [kind, placesIn(spec)]),
);

/** The objects that a rule looks at; `Pod` includes its ephemeral containers. */
export const MATCHED = {
  any: [{ resources: { kinds: Object.keys(POD_SPECS), operations: ['CREATE', 'UPDATE'], namespaceSelector: enforcedNamespaces } }],
} as const;

/** JMESPath for every image of an object of one of the kinds, place by place; a place that is not there is null, so that the list is never empty. */
const imagesIn = (object: string): string =>
  `(${object}.spec.jobTemplate.spec.template.spec || ${object}.spec.template.spec || ${object}.spec)` +
  '.[containers[].image, initContainers[].image, ephemeralContainers[].image, volumes[].image.reference]';

/**
 * A change that leaves the images alone is not verified again: otherwise a registry that is down would keep finalizers from being removed, and
 * pods that ran before the policy from ending. Kyverno itself leaves out only images that it verified once.
 *
 * As a precondition. `matchConditions` would be shorter, and with them Kyverno 1.19.1 verifies nothing at all: the webhook of a single policy
 * never gets to its images (retrieveAndCategorizePolicies in pkg/webhooks/resource/handlers.go). What cannot be looked up is an error, which denies.
 */
export const IMAGES_CHANGED = {
  all: [
    {
      key: `{{ request.operation == 'UPDATE' && length(${imagesIn('request.object')}[]) > \`0\` && ${imagesIn('request.object')} == ${imagesIn('request.oldObject')} }}`,
      operator: 'Equals',
      value: false,
    },
  ],
} as const;

/**
 * The wildcards under which Kyverno looks for the images of a glob. They are compared with the reference as somebody wrote it (hence the
 * companion policy that denies unusual spellings), and `*` crosses slashes: they cover what the glob covers, and sometimes more.
 */
export function wildcardsOf(glob: string): readonly string[] {
  const repository = glob.replace(/\/\*\*(?=\/)/g, '*').replace(/\/\*\*$/, '');
  const below = glob.endsWith('/**') ? [`${repository}/*`] : [];
  return [...below, `${repository}:*`, `${repository}@*`];
}

/** Whether the wildcards of a glob cover repositories that the glob does not. */
export const isWidened = (glob: string): boolean => glob.replace(/\/\*\*$/, '').includes('*');
