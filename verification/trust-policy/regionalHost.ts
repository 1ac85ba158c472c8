/** A family of registry hosts of one owner: everything is fixed but the region of a cloud. */
interface RegionalFamily {
  /** The glob as it may be written. */
  readonly glob: RegExp;
  /** What may be in the place of its star; the same in ECMAScript and RE2. */
  readonly region: string;
}

const AWS_REGION = '[a-z]+(?:-[a-z]+)+-[0-9]{1,2}';

/**
 * The only hosts in which a star may be. A star that could be any text, or any label, would let in a registry of somebody else under the same
 * suffix: `ghcr.io*` is `ghcr.io.evil.com`, `registry-*.azurecr.io` is `registry-evil.azurecr.io`, and in `ACCOUNT.dkr.ecr.*.amazonaws.com` the
 * label `s3` would be a bucket of that name.
 */
const FAMILIES: readonly RegionalFamily[] = [
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
  { glob: /^[0-9]{12}\.dkr\.ecr(?:-fips)?\.\*\.amazonaws\.com(?:\.cn)?$/, region: AWS_REGION },
  { glob: /^[0-9]{12}\.dkr-ecr(?:-fips)?\.\*\.on\.aws$/, region: AWS_REGION },
  // https://cloud.google.com/artifact-registry/docs/repositories/repo-locations: the owner is the first part of the path
  { glob: /^\*-docker\.pkg\.dev$/, region: '[a-z]+(?:-[a-z]+[0-9]{1,2})?' },
];

/** A glob for hosts: the part before its star, what the star can be, and the part behind it. */
export interface HostPattern {
  readonly before: string;
  /** A regular expression that ECMAScript and RE2 read alike. */
  readonly star: string;
  readonly after: string;
}

/** The pattern of a host with one star: any port, or the region of a known cloud; undefined where no star may be. */
export function hostPattern(host: string): HostPattern | undefined {
  const family = FAMILIES.find(({ glob }) => glob.test(host));
  const star = family?.region ?? (/^[^*]+:\*$/.test(host) ? '[0-9]{1,5}' : undefined);
  const [before = '', after = '', ...more] = host.split('*');
  return star === undefined || more.length > 0 ? undefined : { before, star, after };
}

/** A host that the pattern covers. */
export function sampleHost(host: string): string {
  if (host.endsWith(':*')) return `${host.slice(0, -1)}5000`;
  return host.replace('*', host.endsWith('.pkg.dev') ? 'europe' : 'us-east-1');
}
