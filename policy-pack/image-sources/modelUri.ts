import { CLAIM_SCHEME, OCI_SCHEME, SCHEME } from '../../image-places';
import { textAt } from './descend';
import type { PropertyNode } from './readProperty';
import type { ImageSite } from './types';

const IMAGE = new RegExp(OCI_SCHEME);
const CLAIM = new RegExp(CLAIM_SCHEME);
const ANY = new RegExp(SCHEME);

/**
 * The model that the URI at `key` names; no site when the field is absent or names a volume of the cluster.
 *
 * What is neither an image nor a volume is downloaded when the server starts: from a hub, a bucket or a web server, by name. Nothing
 * that happens before can say what that will be, so it is told as a model that cannot be verified, and blocks.
 */
export function modelUriAt(parent: PropertyNode, key: string, what: string): readonly ImageSite[] {
  return textAt(parent, key, what, 'the URI of a model', (uri, path) => {
    const oci = IMAGE.exec(uri);
    if (oci !== null) {
      return [{ path, what, value: { kind: 'known', reference: uri.slice(oci[0].length) } }];
    }
    return CLAIM.test(uri) ? [] : [{ path, what, value: unverifiable(ANY.exec(uri)?.[0]) }];
  });
}

/** Only the scheme is told: what follows may hold credentials. */
function unverifiable(scheme: string | undefined): ImageSite['value'] {
  return {
    kind: 'unreadable',
    expected: 'a model in a registry, by digest (oci://registry/repository@sha256:...), or on a volume (pvc://...)',
    found:
      scheme === undefined ? 'a model URI without a scheme' : `a model that the server downloads from ${scheme} when it starts, unverified`,
  };
}
