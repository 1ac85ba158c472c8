import { kubernetesSites } from './kubernetes';
import { ownComponentSites } from './ownComponents';
import type { ImageSite, ImageSource } from './types';

export type { ImageSite, ImageValue } from './types';

/** Every kind of resource that names images or models. A new kind is one file and one line here. */
const SOURCES: readonly ImageSource[] = [kubernetesSites, ownComponentSites];

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
