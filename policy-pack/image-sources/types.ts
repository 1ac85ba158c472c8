import type { PropertyNode } from './readProperty';

/**
 * What the value at an image field is.
 *
 * - `known`: text, exactly as the resource carries it. Nothing is parsed or trimmed here: an empty or malformed reference is the
 *   parser's finding to make.
 * - `unknown`: computed by a resource that does not exist yet. `unknownPath` is what is unknown: the field itself, or the nearest
 *   ancestor that can be named (`spec.template.spec.containers`).
 * - `unreadable`: something that the resource type does not allow there. Reported, because a shape that we cannot read may be one
 *   that a cluster can.
 */
export type ImageValue =
  | { readonly kind: 'known'; readonly reference: string }
  | { readonly kind: 'unknown'; readonly unknownPath: string }
  | { readonly kind: 'unreadable'; readonly expected: string; readonly found: string };

/** One place in a resource that names an image or a model, or that may hide such a place. */
export interface ImageSite {
  /** Path of the field in the properties of the resource: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** What the image is for, in words: `container "server"`, `image volume "weights"`, `model image`. */
  readonly what: string;
  readonly value: ImageValue;
}

/** A pod that the resource starts, whole or as a template; the policies about pods look at it. */
export interface PodSite {
  /** Path of the pod spec. */
  readonly path: string;
  readonly pod: {
    readonly spec: PropertyNode;
    /** The object with the `metadata` of the pod; absent where the spec stands in a custom resource by itself. */
    readonly holder: PropertyNode | undefined;
    /** Containers that stand beside those of the spec. */
    readonly others: readonly PropertyNode[];
  };
}

/** Everything that the walk through a resource comes upon. */
export type Site = ImageSite | PodSite;

/** Finds the image sites of the resource types it knows; an empty list for every other type. Pure, and total over hostile properties. */
export type ImageSource = (type: string, props: unknown) => readonly ImageSite[];
