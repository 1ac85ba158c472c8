import { hostPattern } from '../../verification/trust-policy/regionalHost';
import { celText, re2Literal } from './celText';

/**
 * CEL for the images of a pod spec as somebody wrote them. Kyverno's globs match the raw text, so `GHCR.io/acme/x`, `ghcr.io:443/acme/x` and
 * `acme/x` (Docker Hub) would walk past a policy for `ghcr.io/acme/*` or `docker.io/acme/*` unverified. Here every reference is brought into
 * the form in which the trust policy compares it, by the rules of `parseReference`.
 */

/** Hosts that are reached by plain http, so that their default port is 80: this machine. */
const LOOPBACK = '^(?:localhost|.*\\.localhost|127\\.[0-9.]+|\\[::1\\])';

/** CEL for a value with a name: `body` may use the name. */
export type CelBinding = (name: string, value: string, body: string) => string;

/** As Kyverno compiles it. */
const byMacro: CelBinding = (name, value, body) => `cel.bind(${name}, ${value}, ${body})`;

/** As the API server compiles it, which does not know the macro: a list of one. */
export const byList: CelBinding = (name, value, body) => `[${value}].map(${name}, ${body})[0]`;

/**
 * `registry/repository` of a reference, without tag and digest: what the globs of a trust policy are matched against.
 *
 * @param reference CEL expression of type string; evaluated several times, so a name rather than a call
 * @param bind how who compiles the expression names a value
 */
export function canonicalRepository(reference: string, bind: CelBinding = byMacro): string {
  const path = `(host == "" ? ${reference} : ${reference}.substring(size(host) + 1)).split("@")[0].split(":")[0]`;
  const name = `host == "" ? "docker.io" : ${withoutDefaultPort('host.lowerAscii()')}`;
  const whole = `registry + "/" + (registry == "docker.io" && !path.contains("/") ? "library/" : "") + path`;
  const registry = bind('registry', `name in ["index.docker.io", "registry-1.docker.io"] ? "docker.io" : name`, whole);
  return bind('host', hostIn(reference), bind('path', path, bind('name', name, registry)));
}

/** CEL: the host of a reference as it is written; empty where there is none. */
export function hostIn(reference: string): string {
  const first = `${reference}.split("/")[0]`;
  return `${reference}.contains("/") && ${first}.matches("[.:\\\\[]|^localhost$") ? ${first} : ""`;
}

/** CEL: whether a well-formed reference names its host as `canonicalRepository` writes it, or by the name that policy-controller has for it. */
export const namesHostPlainly = (reference: string, bind: CelBinding): string =>
  bind('host', hostIn(reference), `host == ${withoutDefaultPort('host.lowerAscii()')} && host != "registry-1.docker.io"`);

/** CEL: a host in lower case without the port that it is reached by anyway. */
export function withoutDefaultPort(host: string): string {
  const port = `${host}.matches(${celText(`${LOOPBACK}:80$`)}) ? 3 : !${host}.matches(${celText(`${LOOPBACK}(?::|$)`)}) && ${host}.endsWith(":443") ? 4 : 0`;
  return `${host}.substring(0, size(${host}) - (${port}))`;
}

/** RE2 for the repositories that a glob of the trust policy covers: `*` within one segment, `**` any number of segments. */
export function globPattern(glob: string): string {
  const [host = '', ...segments] = glob.split('/');
  return registryPattern(host) + segments.map((segment) => (segment === '**' ? '(?:/[^/]+)*' : `/${within(segment)}`)).join('');
}

const within = (segment: string): string => segment.split('*').map(re2Literal).join('[^/]*');

/** A star in a host is a port or a region of a cloud and nothing else, as in the preview. */
function registryPattern(host: string): string {
  const pattern = hostPattern(host);
  return pattern === undefined ? within(host) : re2Literal(pattern.before) + pattern.star + re2Literal(pattern.after);
}

/** CEL: whether one of the globs covers a repository, given as `canonicalRepository` writes it. */
export const matchesGlobs = (globs: readonly string[], repository: string): string =>
  `${repository}.matches(${celText(`^(?:${globs.map(globPattern).join('|')})$`)})`;

/** CEL: whether one of the globs covers the reference. */
export const coveredBy = (globs: readonly string[], reference: string, bind: CelBinding = byMacro): string =>
  matchesGlobs(globs, canonicalRepository(reference, bind));

/** CEL: a list of images with their repositories; to name the repository once, since the expression is long and compiled for every request. */
export const namedImages = (images: string): string => `${images}.map(i, {"image": i, "repository": ${canonicalRepository('i')}})`;
