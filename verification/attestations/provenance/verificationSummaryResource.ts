import { parseReference, repositoryName } from '../../reference/reference';

/** Schemes under which verifiers write an image; what follows is a reference as docker writes it. */
const IMAGE_SCHEME = /^(?:oci|docker|https):\/\//;

/** https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md */
const OCI_PURL = /^pkg:(?:oci|docker)\/[^?#]*$/;

/**
 * Whether a `resourceUri` names the repository of an image: `oci://ghcr.io/acme/model`, `ghcr.io/acme/model@sha256:…`,
 * `pkg:oci/model@sha256%3A…?repository_url=ghcr.io/acme/model`. A digest in it must be that of the image; a tag counts for nothing.
 */
export function namesImage(resourceUri: string, image: { readonly reference: string; readonly digest: string }): boolean {
  const wanted = parseReference(image.reference);
  const text = resourceUri.startsWith('pkg:') ? referenceOfPurl(resourceUri) : resourceUri.replace(IMAGE_SCHEME, '');
  const named = text === undefined ? undefined : parseReference(text);
  if (!wanted.ok || named?.ok !== true) return false;
  if (repositoryName(named.value.repository) !== repositoryName(wanted.value.repository)) return false;
  return named.value.digest === undefined || named.value.digest === image.digest;
}

function referenceOfPurl(purl: string): string | undefined {
  const [name = '', query = ''] = purl.split('?', 2);
  if (!OCI_PURL.test(name)) return undefined;
  const repositories = new URLSearchParams(query.split('#', 1)[0]).getAll('repository_url');
  const [repository] = repositories;
  if (repository === undefined || repositories.length > 1) return undefined;
  const at = name.lastIndexOf('@');
  if (at === -1) return repository;
  const version = decoded(name.slice(at + 1));
  return version?.startsWith('sha256:') ? `${repository}@${version}` : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
