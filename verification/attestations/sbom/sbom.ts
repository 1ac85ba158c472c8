import { readCycloneDx } from './cyclonedx';
import { embeddedJson } from '../embeddedJson';
import { malformed } from '../malformed';
import type { Read } from '../malformed';
import { readSpdx } from './spdx';
import type { Sbom, SbomFormat } from './types';

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/cyclonedx.md; the versioned ones are of its examples. */
export const CYCLONEDX_PREDICATE_TYPE = 'https://cyclonedx.org/bom';

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/spdx.md; GitHub writes the version of the document behind it. */
export const SPDX_PREDICATE_TYPE = 'https://spdx.dev/Document';

const versioned = (type: string, versions: readonly string[]): readonly string[] => [
  type,
  ...versions.map((version) => `${type}/v${version}`),
];

/** Exact predicate types of each format: what tools write first, then those that name a version of the format. */
export const SBOM_PREDICATE_TYPES: Readonly<Record<SbomFormat, readonly string[]>> = {
  cyclonedx: versioned(CYCLONEDX_PREDICATE_TYPE, ['1.4', '1.5', '1.6', '1.7']),
  spdx: versioned(SPDX_PREDICATE_TYPE, ['2.2', '2.3', '3', '3.0', '3.0.1']),
};

/** Reads the bill of materials that a predicate of this type promises, and no other: a CycloneDX document under the SPDX type is malformed. */
export function readSbom(predicateType: string, predicate: unknown): Read<Sbom> {
  const isCycloneDx = SBOM_PREDICATE_TYPES.cyclonedx.includes(predicateType);
  const document = embeddedJson(
    predicate,
    isCycloneDx ? 'attest with --type cyclonedx' : 'tag-value text cannot be read: attest with --type spdxjson',
  );
  if (!document.ok) return document;
  const sbom = isCycloneDx ? readCycloneDx(document.value) : readSpdx(document.value);
  if (!sbom.ok) return sbom;
  const [, promised] = /\/v([\d.]+)$/.exec(predicateType) ?? [];
  if (promised === undefined || sbom.value.specVersion === promised || sbom.value.specVersion.startsWith(`${promised}.`)) return sbom;
  return malformed(isCycloneDx ? 'specVersion' : 'spdxVersion', `version ${promised}, as the predicate type says`, sbom.value.specVersion);
}
