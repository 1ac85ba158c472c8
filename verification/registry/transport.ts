import { setTimeout as delay } from 'node:timers/promises';
import type { AddressKind } from './endpoint';
import type { RegistryFinding } from '../finding';
import type { Result } from '../result';
import { failure, success } from '../result';
import { InsideAddressError } from './addressGuard';
import type { BodyBound } from './boundedBody';
import type { AnswerHeaders, HttpAnswer } from './httpAnswer';
import { describeStatus } from './httpAnswer';
import { exchange } from './httpExchange';
import type { ConnectionPools, WireAnswer } from './httpExchange';
import type { RegistryLimits } from './limits';
import { ERROR_BODY_BYTES, formatBytes } from './limits';
import { describeNetworkFault } from './networkFault';
import { isRedirect, nextHop, placeByName, withoutSecrets } from './redirects';
import { RequestSlots } from './requestSlots';
import { isPassingFault, retryDelay } from './retry';

const USER_AGENT = 'pulumi-model-supply-chain';

/** One GET, or a POST of a form, with the words that findings about it use. */
export interface HttpRequest {
  readonly registry: string;
  /** `read manifest team/app:v1` */
  readonly operation: string;
  readonly url: URL;
  /** For an address that the registry chose (its token service): where the registry is. Absent: the address is the registry's own. */
  readonly chosenFrom?: AddressKind;
  readonly accept: string;
  /**
   * Value of the `Authorization` header; sent to the origin of `url` and to no other. Asked when the request leaves the queue, since others
   * may have got a token in the meantime.
   */
  readonly authorization: () => string | undefined;
  /** Fields of a form that is sent by POST. They are secrets, so that a redirect is refused. Sending them twice must do no harm. */
  readonly form?: URLSearchParams;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface TransportOptions {
  readonly pools: ConnectionPools;
  readonly limits: RegistryLimits;
  /** Requests in flight to one host at a time. */
  readonly concurrency: number;
  /** Bound on one request with its redirects, retries and body, in milliseconds, queueing excluded. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What one try gave: an answer (any status that is no redirect), or a finding, and whether trying again is sensible. */
type Attempt =
  | { readonly ok: true; readonly answer: HttpAnswer }
  | { readonly ok: false; readonly finding: RegistryFinding; readonly retriable: boolean };

/** Bounded requests: bytes, time, redirects, retries, and requests in flight. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #slots = new Map<string, RequestSlots>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @returns the answer with whatever status below 500 it has, redirects followed; or `registry-unreachable`, `registry-timeout`,
   * `registry-redirect-refused`, `registry-response-invalid` (encoded body) or `limit-exceeded`
   */
  async send(request: HttpRequest): Promise<Result<HttpAnswer, RegistryFinding>> {
    const started = this.#options.now();
    let budget = this.#options.timeoutMs;
    for (let retries = 0; ; retries += 1) {
      const release = await this.#slotsOf(request.url.host).acquire(request.signal);
      if (release === undefined) return this.#abandoned(request, started);
      const began = performance.now();
      const attempt = await this.#attempt(request, started, budget).finally(release);
      budget -= performance.now() - began;

      const passing = attempt.ok ? isPassingFault(attempt.answer.status) : attempt.retriable;
      if (!passing) return attempt.ok ? success(attempt.answer) : failure(attempt.finding);
      const wait = retryDelay(retries, attempt.ok ? attempt.answer : undefined, this.#options.limits, this.#options.now());
      if (wait === undefined || wait >= budget)
        return failure(attempt.ok ? unavailable(request, attempt.answer, retries) : attempt.finding);
      if (!(await waited(wait, request.signal))) return this.#abandoned(request, started);
      budget -= wait;
    }
  }

  async #attempt(request: HttpRequest, started: number, budget: number): Promise<Attempt> {
    // Not AbortSignal.any and AbortSignal.timeout: they cost as much as the rest of a request.
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const timer = setTimeout(end, Math.max(1, Math.ceil(budget)));
    request.signal.addEventListener('abort', end, { once: true });
    // Between its place in the queue and here.
    if (request.signal.aborted) end();
    try {
      return await this.#follow(request, ended.signal);
    } catch (error) {
      if (request.signal.aborted) return { ...this.#abandoned(request, started), retriable: false };
      const { registry, operation } = request;
      if (ended.signal.aborted) {
        const seconds = this.#options.timeoutMs / 1000;
        return { ok: false, finding: { code: 'registry-timeout', registry, operation, seconds }, retriable: false };
      }
      if (error instanceof InsideAddressError) return { ok: false, finding: ledInside(request, error), retriable: false };
      const { reason, lostConnection } = describeNetworkFault(error);
      return { ok: false, finding: { code: 'registry-unreachable', registry, operation, reason }, retriable: lostConnection };
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', end);
    }
  }

  async #follow(request: HttpRequest, signal: AbortSignal): Promise<Attempt> {
    const { registry, operation } = request;
    let url = request.url;
    let authorization = request.authorization();
    // Where the registry is: known with its first answer, which no one but the registry can give (TLS).
    let { chosenFrom } = request;
    let peer: AddressKind | undefined;
    for (let hops = 0; ; hops += 1) {
      const wire = {
        url,
        ...(chosenFrom && { chosenFrom }),
        headers: headersOf(request, authorization),
        bound: (status: number, headers: AnswerHeaders) => boundOf(status, headers, request.maxBytes),
        ...(request.form && { form: request.form }),
      };
      const answer = await exchange(wire, this.#options.pools, signal);
      if (hops === 0) peer = answer.peer;
      if (!isRedirect(answer.status)) return this.#judge(request, { ...answer, ...(peer && { peer }) });
      const registryIs = chosenFrom ?? peer ?? placeByName(request.url.hostname);
      const next = nextHop(url, answer.headers.get('location'), registryIs);
      const refuse = (location: string, reason: string): Attempt => {
        return { ok: false, finding: { code: 'registry-redirect-refused', registry, operation, location, reason }, retriable: false };
      };
      if (!next.ok) return refuse(next.location, next.reason);
      if (request.form !== undefined) return refuse(withoutSecrets(next.url), 'a token is sent to its own token service only');
      if (hops >= this.#options.limits.redirects)
        return refuse(withoutSecrets(next.url), `more than ${this.#options.limits.redirects} redirects`);
      // Once off the origin, the token is gone for good: a later hop back is chosen by a stranger.
      if (next.url.origin !== url.origin) authorization = undefined;
      // Back at the origin of the request is where we chose to go.
      chosenFrom = next.url.origin === request.url.origin ? request.chosenFrom : registryIs;
      url = next.url;
    }
  }

  #judge(request: HttpRequest, { status, headers, body: read, peer }: WireAnswer): Attempt {
    const { registry, operation, maxBytes } = request;
    const refuse = (finding: RegistryFinding): Attempt => ({ ok: false, finding, retriable: false });
    const encoding = encodingOf(headers);
    if (encoding !== undefined) {
      // We asked for the bytes as they are. An encoded body may unpack to any size.
      const found = `${describeStatus({ status, headers })}, content encoding ${encoding.slice(0, 40)}`;
      return refuse({ code: 'registry-response-invalid', registry, operation, expected: 'a body without content encoding', found });
    }
    if (!read.ok)
      return refuse({ code: 'limit-exceeded', what: `${operation} from ${registry}`, limit: formatBytes(maxBytes), found: read.found });
    return { ok: true, answer: { status, headers, body: read.body, ...(peer && { peer }) } };
  }

  /** The caller's own deadline came first, in the queue, under way, or between two tries. */
  #abandoned({ registry, operation }: HttpRequest, started: number): { readonly ok: false; readonly finding: RegistryFinding } {
    const seconds = Math.round((this.#options.now() - started) / 100) / 10;
    return failure({ code: 'registry-timeout', registry, operation, seconds });
  }

  #slotsOf(host: string): RequestSlots {
    const known = this.#slots.get(host);
    if (known !== undefined) return known;
    const created = new RequestSlots(this.#options.concurrency);
    this.#slots.set(host, created);
    return created;
  }
}

function ledInside({ registry, operation }: HttpRequest, { host, message }: InsideAddressError): RegistryFinding {
  return { code: 'registry-redirect-refused', registry, operation, location: `https://${host}`, reason: message };
}

function headersOf(request: HttpRequest, authorization: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { accept: request.accept, 'accept-encoding': 'identity', 'user-agent': USER_AGENT };
  if (authorization !== undefined) headers['authorization'] = authorization;
  return headers;
}

/** What of a body is worth reading: nothing of an encoded one, the beginning of a refusal, and a redirect only to keep its connection. */
function boundOf(status: number, headers: AnswerHeaders, maxBytes: number): BodyBound {
  if (encodingOf(headers) !== undefined) return 'unread';
  if (status < 300) return { maxBytes, onExcess: 'refuse' };
  const beginning = { maxBytes: ERROR_BODY_BYTES, onExcess: 'truncate' } as const;
  if (!isRedirect(status)) return beginning;
  return Number(headers.get('content-length') ?? Infinity) <= ERROR_BODY_BYTES ? beginning : 'unread';
}

/** `undefined` for the encoding that changes nothing. */
function encodingOf(headers: AnswerHeaders): string | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  return encoding.trim().toLowerCase() === 'identity' ? undefined : encoding;
}

function unavailable({ registry, operation }: HttpRequest, { status }: HttpAnswer, retries: number): RegistryFinding {
  const attempts = retries === 0 ? '1 attempt' : `${retries + 1} attempts`;
  return { code: 'registry-unreachable', registry, operation, reason: `HTTP ${status} after ${attempts}` };
}

async function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
