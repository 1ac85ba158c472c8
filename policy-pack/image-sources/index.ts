import { kubernetesSites } from './kubernetes';
import { ownComponentSites } from './ownComponents';
import type { ImageSite, ImageSource, PodSite } from './types';

export type { ImageSite, ImageValue, PodSite } from './types';

/** Every kind of resource that names images or models. A new kind is one file and one line here. */
const SOURCES: readonly ImageSource[] = [
  (type, props) => kubernetesSites(type, props).filter((site) => 'value' in site),
  ownComponentSites,
];

/**
 * Which images and models a resource references, with the path of each field.
 *
 * @param type Pulumi type token of the resource: `kubernetes:apps/v1:Deployment`.
 * @param props Its properties as a policy receives them, that is, behind the proxy that throws on unknown values.
 * @returns One site for each image, plus one for each part of the resource that is unknown or unreadable and may hold images. Empty
 * only when the resource type holds no images or none of the fields that may is set.
 *
 * @example
 * imageSites(args.type, args.props)
 * // [{ path: 'spec.containers[0].image', what: 'container "server"', value: { kind: 'known', reference: 'ghcr.io/acme/server@sha256:…' } }]
 */
export function imageSites(type: string, props: unknown): readonly ImageSite[] {
  return SOURCES.flatMap((source) => source(type, props));
}

/** The pods of a resource. What is unknown or unreadable on the way to a pod is among its image sites. */
export function podSites(type: string, props: unknown): readonly PodSite[] {
  return kubernetesSites(type, props).filter((site) => 'pod' in site);
}
