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
export const customImages = ({ places }: CustomResource): string => unlessUnchanged(`(${imagesOf(places, 'o')}).distinct()`);

/** CEL: models of the object that nobody can verify, in words; undefined where there can be none. */
export function unverifiableModels({ places }: CustomResource): string | undefined {
  const models = unverifiableOf(places, 'o');
  return models === undefined ? undefined : unlessUnchanged(models);
}

/**
 * An empty list for a change that leaves it alone: an autoscaler must be able to do its work while the registry is down. The expression stands
 * there once, for the object and for what it was: Kyverno compiles it anew for every request, which takes longer than to evaluate it.
 *
 * @param list CEL over `o`
 */
const unlessUnchanged = (list: string): string =>
  `cel.bind(lists, (request.operation == "UPDATE" ? [object, oldObject] : [object]).map(o, ${list}), size(lists) == 2 && lists[0] == lists[1] ? [] : lists[0])`;
