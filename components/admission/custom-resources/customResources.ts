import { CUSTOM_KINDS } from '../../../image-places';
import type { Place } from '../../../image-places';
import { enforcedNamespaces } from '../kubernetesObject';
import { imagesOf, unverifiableOf } from './placesCel';

/** A kind of an operator, whose objects name images that its pods will have. */
export interface CustomResource {
  /** As `kubectl api-resources` prints it: `inferenceservices.serving.kserve.io`. */
  readonly name: string;
  readonly plural: string;
  readonly group: string;
  readonly places: readonly Place[];
}

/** Every kind that the policy pack reads: preview and cluster find the images of an object in the same places. */
export const CUSTOM_RESOURCES: readonly CustomResource[] = CUSTOM_KINDS.flatMap(({ groups, kinds }) =>
  groups.flatMap((group) => Object.values(kinds).map(({ plural, places }) => ({ name: `${plural}.${group}`, plural, group, places }))),
);

/**
 * What a policy about one of them matches. Kyverno does not repeat policies for custom resources, so each gets one of its own. Objects
 * without a namespace are matched wherever the labels are, as the API server does it.
 */
export const customResourceMatch = ({ group, plural }: CustomResource) => ({
  matchConstraints: {
    namespaceSelector: enforcedNamespaces,
    // Every version: the places are the same, and a version that is not named would be a way around.
    resourceRules: [{ apiGroups: [group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [plural] }],
  },
  // Asked by the API server itself, so that finalizers go and owners are set while Kyverno is away.
  matchConditions: [{ name: 'spec-changed', expression: 'request.operation == "CREATE" || object.?spec != oldObject.?spec' }],
});

/** CEL: the images of the object that are to be verified, each once: IMAGE_EXTRACTORS says why. */
export const customImages = ({ places }: CustomResource): string => unlessUnchanged((object) => `(${imagesOf(places, object)}).distinct()`);

/** CEL: models of the object that nobody can verify, in words; undefined where there can be none. */
export function unverifiableModels({ places }: CustomResource): string | undefined {
  if (unverifiableOf(places, 'object') === undefined) return undefined;
  return unlessUnchanged((object) => unverifiableOf(places, object) ?? '[]');
}

/** An empty list for a change that leaves it alone: an autoscaler must be able to do its work while the registry is down. */
const unlessUnchanged = (list: (object: 'object' | 'oldObject') => string): string =>
  `cel.bind(now, ${list('object')}, request.operation == "UPDATE" && now == ${list('oldObject')} ? [] : now)`;
