import { imageSites } from './image-sources';
import type { ImageSite } from './image-sources';

/** What we need of the arguments that the engine hands to a policy. */
interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly props: unknown;
  readonly opts: { readonly parent?: string };
}

/**
 * The images of resources, each told once: `new ModelServing(...)` and its Deployment carry the same image, and the place that the author
 * wrote is the argument of the component. The engine analyses a parent before its children, and the verdict about one reference is the
 * same wherever it stands, so nothing is lost. An image that only the child has is told there.
 */
export class ResourceImages {
  readonly #sitesByUrn = new Map<string, readonly ImageSite[]>();

  of(resource: Resource): readonly ImageSite[] {
    const sites = imageSites(resource.type, resource.props);
    if (sites.length > 0) this.#sitesByUrn.set(resource.urn, sites);
    const told = this.#sitesByUrn.get(resource.opts.parent ?? '') ?? [];
    return sites.filter((site) => !told.some((other) => saysTheSame(site, other)));
  }
}

function saysTheSame({ value }: ImageSite, { value: other }: ImageSite): boolean {
  if (value.kind === 'known') return other.kind === 'known' && value.reference === other.reference;
  return value.kind === 'unknown' && other.kind === 'unknown';
}
