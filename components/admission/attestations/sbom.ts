import type { RequirementTypes } from '../../../verification/trust-policy';
import { listAt, matchesWhole, valueAt, youngerThan } from './predicateFields';
import { USE_SUMMARY } from './types';
import type { AttestationForm, RenderedRequirement } from './types';

export const CYCLONEDX = 'https://cyclonedx.org/bom';
export const SPDX = 'https://spdx.dev/Document';

/** A bill of materials as cosign and in-toto attest it; how many components, and how old. */
export function renderSbom({ formats, minComponents, maxAge }: RequirementTypes['sbom']): RenderedRequirement {
  const forms: Readonly<Record<'cyclonedx' | 'spdx', AttestationForm>> = {
    cyclonedx: {
      predicateType: CYCLONEDX,
      conditions: [
        `${valueAt('bomFormat')} == "CycloneDX"`,
        `size(${listAt('components')}) + size(${listAt('services')}) >= ${minComponents}`,
        ...(maxAge === undefined ? [] : [youngerThan(valueAt('metadata.timestamp'), maxAge)]),
      ],
    },
    spdx: {
      predicateType: SPDX,
      conditions: [
        matchesWhole('spdxVersion', '^SPDX-2[.][0-3]$'),
        // The packages that the document describes are not components of themselves.
        `size(${listAt('packages')}) + size(${listAt('files')}) - ${DESCRIBED} >= ${minComponents}`,
        ...(maxAge === undefined ? [] : [youngerThan(valueAt('creationInfo.created'), maxAge)]),
      ],
    },
  };
  return {
    forms: formats.map((format) => forms[format]),
    previewOnly: [
      {
        what: 'whether the document describes this digest, and whether its times are plausible',
        why: 'the digest stands in package URLs and hashes of several places, for which CEL has no reader',
        fix: USE_SUMMARY,
      },
    ],
    stricter: [
      {
        what: 'SPDX 3, predicate types with a version behind them, and components inside components',
        why: 'the rendered conditions count the top level of CycloneDX and SPDX 2 under the predicate types that cosign writes',
        fix: `attest with cosign attest --type cyclonedx or --type spdxjson; or ${USE_SUMMARY}`,
      },
    ],
  };
}

/** How many packages a document names as what it describes: by `documentDescribes`, or by a relationship. */
const DESCRIBED =
  `(size(${listAt('documentDescribes')}) > 0 ? size(${listAt('documentDescribes')}) : ` +
  `size(${listAt('relationships')}.filter(r, ${valueAt('relationshipType', 'r')} == "DESCRIBES")))`;
