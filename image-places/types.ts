/**
 * One place in an object where an image or a model is named, or the way to such places. Data, so that one table serves both who reads
 * objects (the policy pack) and who writes expressions that others evaluate (admission).
 *
 * `what` says in words what is there; left out, it is what the object around is.
 */
export type Place =
  /** Further places in the object at `key`. */
  | { readonly kind: 'object'; readonly key: string; readonly what: string; readonly inside: readonly Place[] }
  /** Further places in the objects at those of `keys` that are there; each is `KEY` and `what`. */
  | { readonly kind: 'objects'; readonly keys: readonly string[]; readonly what: string; readonly inside: readonly Place[] }
  /** Further places in each object of the list at `key`. */
  | {
      readonly kind: 'each';
      readonly key: string;
      readonly what: { readonly list: string; readonly item: string };
      readonly inside: readonly Place[];
    }
  /** The object itself is a pod spec. Objects at the keys `others` are containers beside its own, whose images are told elsewhere. */
  | { readonly kind: 'podSpec'; readonly others?: readonly string[] }
  /** A pod spec at `key`, with the metadata of the pod beside it. */
  | { readonly kind: 'podSpecAt'; readonly key: string; readonly what: string }
  /** An image reference. */
  | { readonly kind: 'image'; readonly key: string; readonly what?: string }
  /** An object with `repository` and `tag`, which somebody puts together. */
  | { readonly kind: 'splitImage'; readonly key: string; readonly what?: string }
  /** The URI of a model. */
  | { readonly kind: 'modelUri'; readonly key: string; readonly what: string }
  /** The variable of that name in the containers of the object: its value is the URI of a model. */
  | { readonly kind: 'modelVariable'; readonly name: string; readonly what: string }
  /** A field that must not be there: what it names cannot be verified. `expected` stands in its place. */
  | { readonly kind: 'forbidden'; readonly key: string; readonly what: string; readonly expected: string; readonly found: string };

/** A kind of object that names images or models. */
export interface ImageKind {
  /** Name of the resource in the API: `inferenceservices`. */
  readonly plural: string;
  /** Places in the whole object, in every version of its API. */
  readonly places: readonly Place[];
}

/** Kinds that belong together, because one operator or the API server itself runs them. */
export interface ImageKinds {
  /** API groups of the kinds: `serving.kserve.io`; the core group is the empty text. */
  readonly groups: readonly string[];
  readonly kinds: Readonly<Record<string, ImageKind>>;
}
