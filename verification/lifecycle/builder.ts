import { member } from '../json';
import { AmbiguousName } from '../jsonNames';

/** Where SLSA provenance names its builder: v1 under `runDetails`, v0.2 at the top. https://slsa.dev/spec/v1.2/provenance */
const PLACES: readonly (readonly string[])[] = [
  ['runDetails', 'builder', 'id'],
  ['builder', 'id'],
];

/** A URI in provenance; more is no builder that anybody would compare. */
const MAX_LENGTH = 2_048;

const PROVENANCE = 'https://slsa.dev/provenance/';

/** The builder id of a verified attestation, for the record of the verdict; nothing when it is no provenance. */
export function builderIn(attestation: { readonly predicateType: string; readonly predicate: unknown }): { readonly builder?: string } {
  if (!attestation.predicateType.startsWith(PROVENANCE)) return {};
  for (const place of PLACES) {
    const builder = builderAt(attestation.predicate, place);
    if (typeof builder === 'string' && builder !== '' && builder.length <= MAX_LENGTH) return { builder };
  }
  return {};
}

/** A requirement that reads the builder has refused two spellings of it; one that does not, cares for none. */
function builderAt(predicate: unknown, place: readonly string[]): unknown {
  try {
    return member(predicate, ...place);
  } catch (error) {
    if (error instanceof AmbiguousName) return undefined;
    throw error;
  }
}
