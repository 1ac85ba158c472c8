import { celText, celTexts } from './celText';
import { byList, hostIn, withoutDefaultPort } from './imageReferences';

/**
 * The grammar of `verification/reference` in CEL. A reference that only one of the two accepts is refused at preview and runs in the cluster,
 * or the other way round; test/cluster/referenceGrammar.test.ts holds them against each other.
 *
 * https://pkg.go.dev/github.com/distribution/reference#pkg-overview
 */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = ':[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}';
/** Everything behind the host. */
const REST = `^${COMPONENT}(?:/${COMPONENT})*(?:${TAG})?(?:@sha256:[0-9a-f]{64})?$`;

/** `64 hexadecimal digits` are an image id to the container runtimes, never a repository. */
const IMAGE_ID = '^[0-9a-f]{64}$';

/** Up to 65535, in one spelling: `:0443` is the port 443 under another name. */
const PORT = '(?::(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?';
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const NAMED_HOST = `^${LABEL}(?:\\.${LABEL})*${PORT}$`;

/** A URL reads a host as an IPv4 address when its last label is a number (`127.1`, `0x7f.0.0.1`, `2130706433`), and one spelling is accepted. */
const NUMERIC_HOST = '^(?:[^:]*\\.)?(?:0[xX][0-9a-fA-F]*|[0-9]+)(?::|$)';
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const DOTTED_QUAD = `^(?:${OCTET}\\.){3}${OCTET}(?::|$)`;

/** The encoding of other scripts: whether one is valid cannot be said by an expression. */
const ENCODED_LABEL = '(?:^|\\.)[xX][nN]--';

const ADDRESS_HOST = `^\\[[0-9a-fA-F:]+\\]${PORT}$`;
const GROUP = '(?:0|[1-9a-f][0-9a-f]{0,3})';
const ADDRESS = `^(?:(?:${GROUP}:){7}${GROUP}|(?:${GROUP}(?::${GROUP}){0,5})?::(?:${GROUP}(?::${GROUP}){0,5})?)$`;
/** Such an address has a shorter name, in IPv4. */
const MAPPED = '^::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$';

/**
 * CEL: whether the reference is one that `parseReference` accepts; another spelling of the same registry must not be another registry.
 *
 * @param globs of the trust policy: hosts in other scripts are accepted where it names them, since its parser can decode them
 */
export function isWellFormed(reference: string, globs: readonly string[]): string {
  const rest = `host == "" ? ${reference} : ${reference}.substring(size(host) + 1)`;
  const path = 'rest.split("@")[0].split(":")[0]';
  const conditions = [
    `size(${reference}) <= 1024`,
    `rest.matches(${celText(REST)})`,
    `size(${path}) <= 255`,
    `!${path}.matches(${celText(IMAGE_ID)})`,
    `(host == "" || size(host) <= 255 && (host.startsWith("[") ? ${isAddress} : ${isName(globs)}))`,
  ];
  return byList('host', hostIn(reference), byList('rest', rest, conditions.join(' && ')));
}

function isName(globs: readonly string[]): string {
  const encoded = [...new Set(globs.map((glob) => glob.split('/')[0] ?? ''))].filter((host) => /(?:^|\.)xn--/.test(host));
  return [
    `host.matches(${celText(NAMED_HOST)})`,
    `(!host.matches(${celText(NUMERIC_HOST)}) || host.matches(${celText(DOTTED_QUAD)}))`,
    `(!host.matches(${celText(ENCODED_LABEL)}) || ${byList('lower', 'host.lowerAscii()', `${withoutDefaultPort('lower')} in ${celTexts(encoded)}`)})`,
  ].join(' && ');
}

/**
 * RFC 5952 as URLs write it: no leading zeros, and the first of the longest runs of zeros as `::`. A run of three is found before any of two, so
 * what is left and right of it can only have shorter runs, and right of it as long ones. With five or fewer groups left, more is not possible.
 */
const isAddress = `host.matches(${celText(ADDRESS_HOST)}) && ${byList(
  'a',
  'host.substring(1, host.indexOf("]")).lowerAscii()',
  [
    `a.matches(${celText(ADDRESS)})`,
    `!a.matches(${celText(MAPPED)})`,
    `!a.matches(${celText('(?:^|:)0::|::0(?::|$)')})`,
    `(!a.contains("::") ? !a.matches(${celText(zeros(2))}) : ${byList(
      'groups',
      'size(a.split(":").filter(g, g != ""))',
      `groups < 5 || groups == 5 && ${longest(3)} || groups == 6 && ${longest(2)}`,
    )})`,
  ].join(' && '),
)}`;

/** RE2: so many groups of zeros one after the other. */
function zeros(count: number): string {
  return `(?:^|:)0(?::0){${count - 1}}(?::|$)`;
}

/** CEL: whether `::` for so many groups stands where the address has its first longest run of zeros. */
function longest(run: number): string {
  return `!a.split("::")[0].matches(${celText(zeros(run))}) && !a.split("::")[1].matches(${celText(zeros(run + 1))})`;
}
