import { malformed, read } from '../malformed';
import type { Malformed, Read } from '../malformed';
import { digestIn } from './packageUrl';
import type { Sbom } from './types';
import { field, isRecord, listField, textField, timeField } from '../signedFields';

/** Versions whose JSON form is read: https://cyclonedx.org/specification/overview/ (1.0 and 1.1 had none). */
const SPEC_VERSION = /^1\.[2-7]$/;

/**
 * Reads a CycloneDX document, versions 1.2 to 1.7.
 *
 * @param document the parsed JSON of the predicate
 */
export function readCycloneDx(document: Readonly<Record<string, unknown>>): Read<Sbom> {
  const bomFormat = field(document, 'bomFormat');
  if (bomFormat !== 'CycloneDX') {
    const isSpdx = field(document, 'spdxVersion') !== undefined || field(document, '@graph') !== undefined;
    return malformed('bomFormat', '"CycloneDX"', isSpdx ? 'an SPDX document under the predicate type of CycloneDX' : bomFormat);
  }
  const specVersion = textField(document, 'specVersion') ?? '';
  if (!SPEC_VERSION.test(specVersion)) return malformed('specVersion', '1.2 to 1.7', field(document, 'specVersion'));
  const component = field(document, 'metadata', 'component');
  if (component !== undefined && !isRecord(component)) return malformed('metadata.component', 'an object', component);

  const components = countComponents(document);
  if (typeof components !== 'number') return { ok: false, malformed: components };
  const services = field(document, 'services') ?? [];
  if (!Array.isArray(services)) return malformed('services', 'a list', services);

  const createdAt = timeField(document, 'metadata', 'timestamp');
  if (createdAt === undefined && field(document, 'metadata', 'timestamp') !== undefined) {
    return malformed('metadata.timestamp', 'a time as in RFC 3339', field(document, 'metadata', 'timestamp'));
  }
  return read({
    format: 'cyclonedx',
    specVersion,
    components: components + services.length,
    ...(createdAt !== undefined && { createdAt }),
    describedDigests: describedDigests(component),
  });
}

/** Components nest; counted with a list of our own, because a signed document may nest deeper than the stack. */
function countComponents(document: Readonly<Record<string, unknown>>): number | Malformed {
  let count = 0;
  const open: { readonly holder: unknown; readonly path: string }[] = [{ holder: document, path: 'components' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const components = field(next.holder, 'components') ?? [];
    if (!Array.isArray(components)) return malformed(next.path, 'a list', components).malformed;
    for (const [index, component] of components.entries()) {
      // `type` and `name` are all that every version requires of a component.
      if (textField(component, 'type') === undefined || textField(component, 'name') === undefined) {
        return malformed(`${next.path}[${index}]`, 'a component with type and name', component).malformed;
      }
      count += 1;
      if (field(component, 'components') !== undefined) open.push({ holder: component, path: 'components[].components' });
    }
  }
  return count;
}

/** trivy writes the digest into the package URL, syft into the version. */
function describedDigests(component: unknown): readonly string[] {
  const texts = [textField(component, 'purl'), textField(component, 'version')];
  const hashes = listField(component, 'hashes')
    .filter((hash) => field(hash, 'alg') === 'SHA-256')
    .map((hash) => `sha256:${textField(hash, 'content') ?? ''}`);
  return [...new Set([...texts, ...hashes].flatMap((text) => digestIn(text ?? '') ?? []))];
}
