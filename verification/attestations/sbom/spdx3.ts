import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { digestIn } from './packageUrl';
import type { Sbom } from './types';
import { field, listField, textField, timeField } from '../signedFields';

/** https://spdx.github.io/spdx-spec/v3.0.1/: documents are JSON-LD, with all elements side by side in `@graph`. */
const SPEC_VERSION = /^3\.0(?:\.\d{1,2})?$/;

/** Elements that are something in the image; agents, licences and relationships are not. */
const COMPONENTS: ReadonlySet<unknown> = new Set(['software_Package', 'software_File', 'ai_AIPackage', 'dataset_DatasetPackage']);

/** Elements that say what the document is about. */
const COLLECTIONS: ReadonlySet<unknown> = new Set(['SpdxDocument', 'software_Sbom', 'Bom']);

const idOf = (element: unknown): string | undefined => textField(element, 'spdxId') ?? textField(element, '@id');

/** Reads an SPDX 3.0 document; what `rootElement` names is what it describes. */
export function readSpdx3(document: Readonly<Record<string, unknown>>): Read<Sbom> {
  const graph = field(document, '@graph');
  if (!Array.isArray(graph)) return malformed('@graph', 'a list of elements', graph);
  const elements = graph as readonly unknown[];
  const start = elements.find((element) => field(element, 'type') === 'SpdxDocument');
  if (start === undefined) return malformed('@graph', 'an element of type SpdxDocument', graph);

  // Creation information stands beside the elements, under an id of its own, or inside of the element.
  const reference = field(start, 'creationInfo');
  const creation = typeof reference === 'string' ? elements.find((element) => field(element, '@id') === reference) : reference;
  const specVersion = textField(creation, 'specVersion') ?? '';
  if (!SPEC_VERSION.test(specVersion)) return malformed('creationInfo.specVersion', '3.0', field(creation, 'specVersion'));
  const createdAt = timeField(creation, 'created');
  if (createdAt === undefined) return malformed('creationInfo.created', 'a time as in RFC 3339', field(creation, 'created'));

  const roots = new Set(
    elements.filter((element) => COLLECTIONS.has(field(element, 'type'))).flatMap((element) => listField(element, 'rootElement')),
  );
  const digests = new Set<string>();
  let components = 0;
  for (const element of elements) {
    if (!COMPONENTS.has(field(element, 'type'))) continue;
    if (!roots.has(idOf(element))) components += 1;
    else for (const digest of digestsOf(element)) digests.add(digest);
  }
  return read({ format: 'spdx', specVersion, components, createdAt, describedDigests: [...digests] });
}

function digestsOf(element: unknown): readonly string[] {
  const hashes = listField(element, 'verifiedUsing')
    .filter((hash) => field(hash, 'algorithm') === 'sha256')
    .map((hash) => `sha256:${textField(hash, 'hashValue') ?? ''}`);
  const identifiers = listField(element, 'externalIdentifier').map((identifier) => textField(identifier, 'identifier'));
  const own = [textField(element, 'software_packageUrl'), textField(element, 'software_packageVersion')];
  return [...hashes, ...identifiers, ...own].flatMap((text) => digestIn(text ?? '') ?? []);
}
