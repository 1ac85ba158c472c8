import type { RegistryFinding } from '../finding';
import type { Result } from '../result';
import type { ReferrersListing } from './referrers';
import { withoutRepeats } from './referrers';
import type { Descriptor, ReferrersFound } from './types';

/** A list that was read to its end, with gaps in it, has the rest. */
export type ReferrersPages =
  | { readonly ok: true; readonly value: ReferrersListing }
  | { readonly ok: false; readonly finding: RegistryFinding; readonly descriptors: readonly Descriptor[] };

/** A list, and what it took to read it. */
export interface Listed {
  readonly descriptors: readonly Descriptor[];
  readonly bytes: number;
}

/**
 * Joins what the referrers API and the fallback tag list. A fault of either is told, and takes nothing away from what the other has. A tag that is
 * no list is one only where there is no API: where there is, anybody's image under that tag must not leave a signed image undetermined.
 *
 * @param tag empty when there is no such tag
 */
export function joinReferrers(api: ReferrersPages, tag: Result<Listed, RegistryFinding>): ReferrersFound {
  const listed = descriptorsOf(api);
  const tagged = tag.ok ? tag.value.descriptors : [];
  const value = withoutRepeats([...listed, ...tagged]);
  const known = new Set(listed.map(({ digest }) => digest));
  const byTagAlone = new Set(tagged.map(({ digest }) => digest).filter((digest) => !known.has(digest)));
  const bytes = (api.ok && api.value.kind === 'listed' ? api.value.bytes : 0) + (tag.ok ? tag.value.bytes : 0);
  const found = { value, bytes, ...(byTagAlone.size > 0 && { byTagAlone }) };

  if (!api.ok) return { ok: false, finding: api.finding, ...found };
  const hasApi = api.value.kind === 'listed';
  if (!tag.ok && !(hasApi && isStored(tag.finding))) return { ok: false, finding: tag.finding, ...found };
  const doubt = api.value.kind === 'unsupported' && tagged.length === 0 ? api.value.doubt : undefined;
  if (doubt !== undefined) return { ok: false, finding: doubt, ...found };
  return { ok: true, ...found, ...(!tag.ok && { unreadable: tag.finding }) };
}

function descriptorsOf(api: ReferrersPages): readonly Descriptor[] {
  if (!api.ok) return api.descriptors;
  return api.value.kind === 'listed' ? api.value.descriptors : [];
}

/** Whether something was pushed that is no manifest for us, and the registry shows it as it should. */
export const isStored = (finding: { readonly code: string; readonly stored?: string }): boolean =>
  finding.code === 'registry-response-invalid' && finding.stored !== undefined;
