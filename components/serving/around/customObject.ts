import type { metadataOf } from './identity';

/** An object of a kind that a controller brings along, as `apiextensions.CustomResource` takes it. */
export interface CustomObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ReturnType<typeof metadataOf> & { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}
