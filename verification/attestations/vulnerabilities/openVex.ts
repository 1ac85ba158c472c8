import { embeddedJson } from '../embeddedJson';
import { malformed, read } from '../malformed';
import type { Read } from '../malformed';
import { digestIn, parsePackageUrl } from '../sbom/packageUrl';
import { field, isRecord, listField, textField, timeField } from '../signedFields';
import { IMAGE_SCOPE, packageScope } from './vex';
import type { VexStatement, VexStatus } from './vex';

/** Predicate types that cosign (`--type openvex`) and vexctl write: https://github.com/openvex/spec/blob/main/ATTESTING.md */
export const OPENVEX_PREDICATE_TYPES = ['https://openvex.dev/ns/v0.2.0', 'https://openvex.dev/ns', 'https://openvex.dev/ns/v0.0.2'];

const STATUSES: ReadonlySet<unknown> = new Set<VexStatus>(['not_affected', 'affected', 'fixed', 'under_investigation']);
const isStatus = (value: unknown): value is VexStatus => STATUSES.has(value);

/**
 * Reads an OpenVEX document about an image.
 *
 * @param digest of the image; statements about other images are left out
 */
export function readOpenVex(predicate: unknown, digest: string): Read<readonly VexStatement[]> {
  const document = embeddedJson(predicate, 'an OpenVEX document');
  if (!document.ok) return document;
  const context = textField(document.value, '@context') ?? '';
  if (!context.startsWith('https://openvex.dev/ns'))
    return malformed('@context', 'https://openvex.dev/ns/v0.2.0', field(document.value, '@context'));
  const statements = field(document.value, 'statements');
  if (!Array.isArray(statements)) return malformed('statements', 'a list', statements);

  const found: VexStatement[] = [];
  for (const [index, statement] of statements.entries()) {
    const status = field(statement, 'status');
    if (!isStatus(status)) return malformed(`statements[${index}].status`, [...STATUSES].join(', '), status);
    const vulnerabilities = idsOf(field(statement, 'vulnerability'));
    if (vulnerabilities.length === 0) {
      return malformed(`statements[${index}].vulnerability`, 'the name of a vulnerability', field(statement, 'vulnerability'));
    }
    // Without a reason, "not affected" is no statement (MUST in the specification).
    const reason = textField(statement, 'justification') ?? textField(statement, 'impact_statement');
    if (status === 'not_affected' && reason === undefined) {
      return malformed(`statements[${index}].justification`, 'a justification or an impact_statement', undefined);
    }
    const madeAt = latestTime(statement) ?? latestTime(document.value);
    for (const scope of scopesOf(statement, digest))
      found.push({ vulnerabilities, status, scope, ...(madeAt !== undefined && { madeAt }) });
  }
  return read(found);
}

/** Before 0.2 the vulnerability was a text. */
function idsOf(vulnerability: unknown): readonly string[] {
  if (typeof vulnerability === 'string') return vulnerability === '' ? [] : [vulnerability];
  const aliases = listField(vulnerability, 'aliases').filter((alias): alias is string => typeof alias === 'string');
  const name = textField(vulnerability, 'name');
  return name === undefined ? [] : [name, ...aliases];
}

const latestTime = (value: unknown): Date | undefined => timeField(value, 'last_updated') ?? timeField(value, 'timestamp');

/** What of this image a statement is about. Without products it inherits the subject of the attestation, which is this image. */
function scopesOf(statement: unknown, digest: string): readonly string[] {
  const products = field(statement, 'products');
  if (products === undefined) return [IMAGE_SCOPE];
  return listField(statement, 'products').flatMap((product) => {
    const own = productScope(product, digest);
    if (own === undefined) return [];
    const subcomponents = field(product, 'subcomponents');
    if (subcomponents === undefined || (Array.isArray(subcomponents) && subcomponents.length === 0)) return [own];
    // A narrowed statement whose parts cannot be read must not grow to the whole image.
    return listField(product, 'subcomponents').flatMap((part) => identifiersOf(part).flatMap((text) => packageScope(text) ?? []));
  });
}

/** The image itself or a package in it; `undefined` for another product. Bound by digest: the name of an image alone proves nothing. */
function productScope(product: unknown, digest: string): string | undefined {
  const identifiers = identifiersOf(product);
  const hash = textField(product, 'hashes', 'sha-256');
  const digests = [...identifiers.flatMap((text) => digestIn(text) ?? []), ...(hash === undefined ? [] : [`sha256:${hash.toLowerCase()}`])];
  if (digests.length > 0) return digests.includes(digest) ? IMAGE_SCOPE : undefined;
  for (const text of identifiers) {
    const url = parsePackageUrl(text);
    if (url === undefined) continue;
    // An image without digest is the subject of the attestation, whose digest is this one.
    return url.type === 'oci' || url.type === 'docker' ? IMAGE_SCOPE : packageScope(text);
  }
  return undefined;
}

function identifiersOf(component: unknown): readonly string[] {
  if (typeof component === 'string') return [component];
  if (!isRecord(component)) return [];
  return [textField(component, '@id'), textField(component, 'identifiers', 'purl')].filter((text) => text !== undefined);
}
