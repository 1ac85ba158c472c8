import type { RegistryFinding } from '../finding';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { Authentication } from './authentication';
import type { PartRead } from './descriptor';
import { readDescriptor } from './descriptor';
import { hexOf, parseDigest } from '../reference/digest';
import { registryOrigin } from './endpoint';
import type { HttpAnswer } from './httpAnswer';
import { describeAnswer, mediaTypeOf } from './httpAnswer';
import { isJsonObject, member } from '../json';
import { parseStrictJson, readStrictJson } from '../strictJson';
import { MANIFEST_JSON_LIMIT, formatBytes } from './limits';
import type { RegistryLimits } from './limits';
import { nextLink } from './linkHeader';
import type { Listed, ReferrersPages } from './joinReferrers';
import { DESCRIPTOR_RULES } from './manifest';
import { OCI_INDEX } from './mediaTypes';
import { readInTurn } from './readInTurn';
import { withoutSecrets } from './redirects';
import type { Descriptor, Digest, Repository } from './types';

/** How registries without the API answer; the specification knows 404 only, and clients have met the others. */
const UNSUPPORTED_STATUSES: ReadonlySet<number> = new Set([400, 404, 405, 406]);

/** What the API lists, or that this registry does not have it. */
export type ReferrersListing =
  | ({ readonly kind: 'listed' } & Listed)
  /** With `doubt`, what answered may be something else than a registry without the API: then only a fallback tag that is there counts. */
  | { readonly kind: 'unsupported'; readonly doubt?: RegistryFinding };

/** The tag under which clients list the referrers of a digest where the registry does not: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema */
export function fallbackTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/** One entry per digest, the first one kept: repeats would be verified again and again. */
export function withoutRepeats(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const byDigest = new Map<Digest, Descriptor>();
  for (const descriptor of descriptors) {
    if (!byDigest.has(descriptor.digest)) byDigest.set(descriptor.digest, descriptor);
  }
  return [...byDigest.values()];
}

export function tooManyReferrers(digest: Digest, limits: RegistryLimits, found: string): RegistryFinding {
  return { code: 'limit-exceeded', what: `referrers of ${digest}`, limit: `${limits.referrers} referrers`, found };
}

/** Walks the pages of the referrers API: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers */
export class ReferrersApi {
  readonly #authentication: Authentication;
  readonly #limits: RegistryLimits;

  constructor(authentication: Authentication, limits: RegistryLimits) {
    this.#authentication = authentication;
    this.#limits = limits;
  }

  /** All pages, or a finding: a list that could not be read to its end is no list. Of one with gaps, the rest counts. */
  async list(repository: Repository, digest: Digest, signal: AbortSignal): Promise<ReferrersPages> {
    const descriptors: Descriptor[] = [];
    const stop = (finding: RegistryFinding): ReferrersPages => ({ ok: false, finding, descriptors: [] });
    let problem: RegistryFinding | undefined;
    const seen = new Set<string>();
    let bytes = 0;
    let path = `referrers/${digest}`;
    for (let pages = 0; pages < this.#limits.referrersPages; pages += 1) {
      seen.add(path);
      const answer = await this.#page(repository, digest, path, signal);
      if (!answer.ok) return stop(answer.finding);
      if (pages === 0 && UNSUPPORTED_STATUSES.has(answer.value.status)) return success({ kind: 'unsupported' });
      if (pages === 0 && isNoIndex(answer.value)) {
        return success({ kind: 'unsupported', doubt: invalidPage(repository, digest, describeAnswer(answer.value)) });
      }
      bytes += answer.value.body.length;
      if (bytes > this.#limits.referrersBytes) {
        const limit = `${formatBytes(this.#limits.referrersBytes)} in all pages`;
        return stop({ code: 'limit-exceeded', what: `referrers of ${digest}`, limit, found: `at least ${bytes} bytes` });
      }
      const page = await readInTurn(answer.value.body, () => readPage(answer.value, repository, digest));
      if (!page.ok) return stop(page.finding);
      const total = descriptors.length + page.value.length;
      if (total > this.#limits.referrers) return stop(tooManyReferrers(digest, this.#limits, `at least ${total}`));
      for (const [index, entry] of page.value.entries()) {
        const read = readListed(entry, `manifests[${index}]`);
        if (read.ok) descriptors.push(read.value);
        else problem ??= invalidPage(repository, digest, read.problem);
      }
      const filter = answer.value.headers.get('oci-filters-applied') ?? '';
      if (filter !== '') problem ??= invalidPage(repository, digest, 'a list from which the registry left some out (OCI-Filters-Applied)');

      const next = this.#next(repository, digest, path, answer.value);
      if (!next.ok) return stop(next.finding);
      if (next.value === undefined)
        return problem === undefined ? success({ kind: 'listed', descriptors, bytes }) : { ok: false, finding: problem, descriptors };
      if (seen.has(next.value)) return stop(invalidPage(repository, digest, 'pages that link to each other in a circle'));
      path = next.value;
    }
    const limit = `${this.#limits.referrersPages} pages`;
    return stop({ code: 'limit-exceeded', what: `referrers of ${digest}`, limit, found: 'a link to one more' });
  }

  async #page(repository: Repository, digest: Digest, path: string, signal: AbortSignal): Promise<Result<HttpAnswer, RegistryFinding>> {
    const maxBytes = this.#limits.referrersPageBytes;
    return await this.#authentication.get({ repository, path, operation: operationOf(digest), accept: OCI_INDEX, maxBytes, signal });
  }

  /** The next page has to be one of the same repository: elsewhere our token has no business, and neither have we. */
  #next(repository: Repository, digest: Digest, path: string, answer: HttpAnswer): Result<string | undefined, RegistryFinding> {
    const link = nextLink(answer.headers.get('link'));
    if (link === undefined) return success(undefined);
    const root = new URL(`/v2/${repository.path}/`, registryOrigin(repository.registry));
    const current = new URL(path, root);
    if (!URL.canParse(link, current.href)) return failure(invalidPage(repository, digest, 'a Link header that is no address'));
    const url = new URL(link, current);
    if (url.origin === root.origin && url.pathname.startsWith(`${root.pathname}referrers/`)) {
      return success(`${url.pathname.slice(root.pathname.length)}${url.search}`);
    }
    return failure({
      code: 'registry-redirect-refused',
      registry: repository.registry,
      operation: operationOf(digest),
      location: withoutSecrets(url),
      reason: 'the next page of referrers is outside this repository',
    });
  }
}

/**
 * Servers in front of registries answer 200 and a page for people, or `{}`, where they know no such path. So do captive portals and broken
 * proxies, which is no word about the image.
 */
function isNoIndex(answer: HttpAnswer): boolean {
  return answer.status === 200 && mediaTypeOf(answer) !== OCI_INDEX && !looksLikeIndex(parseStrictJson(answer.body, DESCRIPTOR_RULES));
}

function looksLikeIndex(content: unknown): boolean {
  return isJsonObject(content) && Object.hasOwn(content, 'manifests');
}

/**
 * An entry of a list. Its digest is all that counts; registries copy the rest from what was pushed, and what they make of an odd type or
 * annotation must not hide the entries beside it.
 */
function readListed(entry: unknown, where: string): PartRead<Descriptor> {
  const read = readDescriptor(entry, where);
  if (read.ok) return read;
  const named = member(entry, 'digest');
  const digest = typeof named === 'string' ? parseDigest(named) : undefined;
  return digest?.ok === true ? { ok: true, value: { mediaType: '', digest: digest.value, size: 0, annotations: {} } } : read;
}

function readPage(answer: HttpAnswer, repository: Repository, digest: Digest): Result<readonly unknown[], RegistryFinding> {
  const read = answer.status === 200 ? readStrictJson(answer.body, DESCRIPTOR_RULES) : undefined;
  if (read?.ok === false && read.excess) {
    const limit = `${MANIFEST_JSON_LIMIT} in a page`;
    return failure({ code: 'limit-exceeded', what: `referrers of ${digest}`, limit, found: read.problem });
  }
  const content = read?.ok === true ? read.value : undefined;
  // Null is how Go writes an empty list; no list at all is no index.
  const manifests = isJsonObject(content) && Object.hasOwn(content, 'manifests') ? (content['manifests'] ?? []) : undefined;
  if (!Array.isArray(manifests)) return failure(invalidPage(repository, digest, describeAnswer(answer)));
  return success(manifests as readonly unknown[]);
}

function invalidPage({ registry }: Repository, digest: Digest, found: string): RegistryFinding {
  return { code: 'registry-response-invalid', registry, operation: operationOf(digest), expected: 'an image index', found };
}

function operationOf(digest: Digest): string {
  return `list referrers of ${digest}`;
}
