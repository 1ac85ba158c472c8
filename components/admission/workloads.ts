import { CONTAINER_FIELDS } from '../../image-places';

/** The pods that policies speak about, and where their images are. */

/** Pod controllers for which Kyverno repeats a policy for pods, so that `kubectl apply` of a Deployment is answered, not only its pods. */
export const POD_CONTROLLERS = ['daemonsets', 'deployments', 'jobs', 'replicasets', 'statefulsets', 'cronjobs'] as const;

/** Kyverno 1.19.1 repeats policies for controllers only when they name exactly `pods`; ephemeral containers get a policy of their own. */
export const PODS = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }] as const;

/** `kubectl debug`: a rule for `pods` does not see it. */
export const EPHEMERAL_CONTAINERS = [
  { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/ephemeralcontainers'] },
] as const;

/** CEL: the images of all containers of a pod spec. */
export const containerImages = (spec: string): string =>
  CONTAINER_FIELDS.map(({ field }) => `${spec}.?${field}.orValue([]).map(c, c.image)`).join(' + ');

/** CEL: the image volumes of a pod spec, which Kyverno up to 1.19 does not look into by itself. */
export const volumeImages = (spec: string): string =>
  `${spec}.?volumes.orValue([]).filter(v, has(v.image) && has(v.image.reference)).map(v, v.image.reference)`;

/** CEL: every image of a pod spec. */
export const imagesOfPodSpec = (spec: string): string => `${containerImages(spec)} + ${volumeImages(spec)}`;

/**
 * Every image of a pod. Kyverno rewrites the text `object.spec` for pod controllers, so it must stand there literally:
 * `(object != null ? object : oldObject).spec` is left as it is, and would find nothing in a Deployment.
 */
export const POD_IMAGES = imagesOfPodSpec('object.spec');

/**
 * Every image once, under a name of Kyverno's own, and none under the others, which ours replace: Kyverno 1.19.1 never lets go of an image that
 * it meets again, and waits for ever with the next one. Two containers of one image and a third of another were denied by time-out.
 * https://github.com/kyverno/kyverno/issues/15403
 */
export const IMAGE_EXTRACTORS = [
  { name: 'containers', expression: `(${POD_IMAGES}).distinct()` },
  { name: 'initContainers', expression: '[]' },
  { name: 'ephemeralContainers', expression: '[]' },
] as const;

/** Every image of a pod as the extractors of an ImageValidatingPolicy give them. */
export const EXTRACTED_IMAGES = 'images.containers';

/**
 * A change that leaves the images alone is not verified again: otherwise a registry that is down, or a signature that became too old, would
 * keep finalizers from being removed and pods from ending. New pods are verified in any case.
 */
export const IMAGES_CHANGED = {
  name: 'images-changed',
  expression: `request.operation == "CREATE" || (${POD_IMAGES}) != (${imagesOfPodSpec('oldObject.spec')})`,
} as const;
