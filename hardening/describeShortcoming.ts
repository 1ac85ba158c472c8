import { quoted, shown } from '../printing';
import { optOutAnnotation } from './optOut';
import type { Shortcoming } from './assessment';

/** Most places of one shortcoming that are written out. */
const PLACES = 8;

/** Longest reason of an opt-out that is repeated. */
const REASON_LIMIT = 200;

/**
 * A shortcoming as text: each place with what was expected and found, why it matters, what to do.
 *
 * @example
 * [read-only-root] spec.containers[0].securityContext.readOnlyRootFilesystem: expected true, found nothing
 *   why: who can write to the root can leave programs there, or change those of the server
 *   fix: write readOnlyRootFilesystem: true, and mount an emptyDir with a sizeLimit where the server writes
 */
export function describeShortcoming(shortcoming: Shortcoming): string {
  const { id, places, reason, fix, optOut, outcome } = shortcoming;
  const first = places
    .slice(0, PLACES)
    .map(({ path, expected, found }) => `[${id}] ${shown(path)}: expected ${shown(expected)}, found ${shown(found)}`);
  const more = places.length > PLACES ? [`  and ${places.length - PLACES} more places`] : [];
  const lines = [...first, ...more, `  why: ${reason}`];
  if (optOut !== undefined)
    return [...lines, `  given up by the annotation ${optOutAnnotation(id)}: ${quoted(optOut, REASON_LIMIT)}`].join('\n');
  if (outcome === 'undecidable') return [...lines, `  fix: ${fix}. Values that are not known yet are judged on \`pulumi up\`.`].join('\n');
  return [...lines, `  fix: ${fix}`].join('\n');
}
