import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { digestIn } from './packageUrl';
import type { Sbom } from './types';
import { field, listField, textField, timeField } from '../signedFields';
import { readSpdx3 } from './spdx3';

/** https://spdx.github.io/spdx-spec/v2.3/document-creation-information/ */
const SPDX_2 = /^SPDX-(2\.[0-3])$/;
const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

/**
 * Reads an SPDX document in JSON, versions 2.0 to 2.3 and 3.0.
 *
 * @param document the parsed JSON of the predicate
 */
export function readSpdx(document: Readonly<Record<string, unknown>>): Read<Sbom> {
  if (field(document, '@graph') !== undefined) return readSpdx3(document);
  const version = field(document, 'spdxVersion');
  const [, specVersion] = (typeof version === 'string' && SPDX_2.exec(version)) || [];
  if (specVersion === undefined) {
    const isCycloneDx = field(document, 'bomFormat') !== undefined;
    return malformed(
      'spdxVersion',
      'SPDX-2.0 to SPDX-2.3, or a version 3.0 @graph',
      isCycloneDx ? 'a CycloneDX document under the predicate type of SPDX' : version,
    );
  }
  if (field(document, 'SPDXID') !== DOCUMENT_ID) return malformed('SPDXID', DOCUMENT_ID, field(document, 'SPDXID'));
  const createdAt = timeField(document, 'creationInfo', 'created');
  if (createdAt === undefined)
    return malformed('creationInfo.created', 'a time as in RFC 3339', field(document, 'creationInfo', 'created'));

  const described = describedIds(document);
  const digests = new Set<string>();
  let components = 0;
  for (const kind of ['packages', 'files'] as const) {
    const items = field(document, kind) ?? [];
    if (!Array.isArray(items)) return malformed(kind, 'a list', items);
    for (const [index, item] of items.entries()) {
      const id = textField(item, 'SPDXID');
      const name = textField(item, kind === 'packages' ? 'name' : 'fileName');
      if (id === undefined || name === undefined) return malformed(`${kind}[${index}]`, 'an element with SPDXID and a name', item);
      if (described.has(id)) for (const digest of digestsOf(item)) digests.add(digest);
      else components += 1;
    }
  }
  return read({ format: 'spdx', specVersion, components, createdAt, describedDigests: [...digests] });
}

/** What the document describes: `documentDescribes`, or relationships in either direction. */
function describedIds(document: Readonly<Record<string, unknown>>): ReadonlySet<unknown> {
  const ids = new Set<unknown>(listField(document, 'documentDescribes'));
  for (const relationship of listField(document, 'relationships')) {
    const [type, from, to] = ['relationshipType', 'spdxElementId', 'relatedSpdxElement'].map((name) => field(relationship, name));
    if (type === 'DESCRIBES' && from === DOCUMENT_ID) ids.add(to);
    if (type === 'DESCRIBED_BY' && to === DOCUMENT_ID) ids.add(from);
  }
  return ids;
}

function digestsOf(item: unknown): readonly string[] {
  const checksums = listField(item, 'checksums')
    .filter((checksum) => field(checksum, 'algorithm') === 'SHA256')
    .map((checksum) => `sha256:${textField(checksum, 'checksumValue') ?? ''}`);
  const locators = listField(item, 'externalRefs')
    .filter((reference) => field(reference, 'referenceType') === 'purl')
    .map((reference) => textField(reference, 'referenceLocator'));
  return [...checksums, ...locators, textField(item, 'versionInfo')].flatMap((text) => digestIn(text ?? '') ?? []);
}
