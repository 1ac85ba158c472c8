import { embeddedJson } from '../embeddedJson';
import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { digestIn, parsePackageUrl } from '../sbom/packageUrl';
import { SBOM_PREDICATE_TYPES } from '../sbom/sbom';
import { field, listField, textField, timeField } from '../signedFields';
import { IMAGE_SCOPE, packageScope } from './vex';
import type { VexStatement, VexStatus } from './vex';

/** A CycloneDX document may be a bill of materials, VEX, or both; `/vex` is what some tools write for the second. */
export const CYCLONEDX_VEX_PREDICATE_TYPES = [...SBOM_PREDICATE_TYPES.cyclonedx, 'https://cyclonedx.org/vex'];

/** https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_state */
const STATES: ReadonlyMap<unknown, VexStatus> = new Map([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
]);

/**
 * Reads the analyses in a CycloneDX document; vulnerabilities without one say nothing.
 *
 * @param digest of the image; statements about other images are left out
 */
export function readCycloneDxVex(predicate: unknown, digest: string): Read<readonly VexStatement[]> {
  const document = embeddedJson(predicate, 'a CycloneDX document');
  if (!document.ok) return document;
  if (field(document.value, 'bomFormat') !== 'CycloneDX') return malformed('bomFormat', '"CycloneDX"', field(document.value, 'bomFormat'));
  const vulnerabilities = field(document.value, 'vulnerabilities') ?? [];
  if (!Array.isArray(vulnerabilities)) return malformed('vulnerabilities', 'a list', vulnerabilities);

  const scopes = scopesByReference(document.value, digest);
  const found: VexStatement[] = [];
  for (const [index, vulnerability] of vulnerabilities.entries()) {
    const state = field(vulnerability, 'analysis', 'state');
    if (state === undefined) continue;
    const status = STATES.get(state);
    if (status === undefined) return malformed(`vulnerabilities[${index}].analysis.state`, [...STATES.keys()].join(', '), state);
    const id = textField(vulnerability, 'id');
    if (id === undefined) return malformed(`vulnerabilities[${index}].id`, 'the id of a vulnerability', field(vulnerability, 'id'));
    const madeAt =
      timeField(vulnerability, 'analysis', 'lastUpdated') ??
      timeField(vulnerability, 'analysis', 'firstIssued') ??
      timeField(document.value, 'metadata', 'timestamp');
    const aliases = listField(vulnerability, 'references').flatMap((reference) => textField(reference, 'id') ?? []);
    for (const scope of affectedScopes(vulnerability, scopes, digest)) {
      found.push({ vulnerabilities: [id, ...aliases], status, scope, ...(madeAt !== undefined && { madeAt }) });
    }
  }
  return read(found);
}

/** What the references of the document stand for; only its own top level, where tools put packages. */
function scopesByReference(document: unknown, digest: string): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const component of listField(document, 'components')) {
    const [reference, purl] = [textField(component, 'bom-ref'), textField(component, 'purl')];
    const scope = purl === undefined ? undefined : packageScope(purl);
    if (reference !== undefined && scope !== undefined) scopes.set(reference, scope);
  }
  const image = field(document, 'metadata', 'component');
  const reference = textField(image, 'bom-ref');
  const claimed = [textField(image, 'purl'), textField(image, 'version')].flatMap((text) => digestIn(text ?? '') ?? []);
  // A document about another image must not speak for this one.
  if (reference !== undefined && (claimed.length === 0 || claimed.includes(digest))) scopes.set(reference, IMAGE_SCOPE);
  return scopes;
}

/** Without `affects` a statement is about the subject of the attestation. A reference that cannot be resolved is about nothing here. */
function affectedScopes(vulnerability: unknown, scopes: ReadonlyMap<string, string>, digest: string): readonly string[] {
  if (field(vulnerability, 'affects') === undefined) return [IMAGE_SCOPE];
  return listField(vulnerability, 'affects').flatMap((affected) => {
    const reference = textField(affected, 'ref') ?? '';
    // A link into another document ends in the reference: urn:cdx:<serial>/<version>#<bom-ref>.
    const local = reference.startsWith('urn:cdx:') ? unescaped(reference.split('#').slice(1).join('#')) : reference;
    const known = scopes.get(local);
    if (known !== undefined) return [known];
    const url = parsePackageUrl(local);
    if (url === undefined) return [];
    if (url.type !== 'oci' && url.type !== 'docker') return packageScope(local) ?? [];
    return digestIn(local) === digest ? [IMAGE_SCOPE] : [];
  });
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
