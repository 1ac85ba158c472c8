import type { RegistryFinding } from '../finding';
import type { Challenge } from './challenge';
import type { Credentials } from './credentials';
import { basicAuthorization } from './credentials';
import type { HttpAnswer } from './httpAnswer';
import { describeStatus } from './httpAnswer';
import { isJsonObject, ownField, parseJson } from './json';
import { decideRealm } from './tokenRealm';
import type { Transport } from './transport';
import type { Repository } from './types';

/** Seconds, when the service names none, and the bounds on what it names. */
const DEFAULT_LIFETIME = 60;
const MAX_LIFETIME = 3600;
/** A token is not used in its last seconds: it would expire on the way. */
const SAFETY_MARGIN = 5;

/** The b64token of RFC 6750, wide enough for what services issue: visible ASCII, so that it cannot break out of its header. */
const TOKEN = /^[\x21-\x7e]{1,32768}$/;

export type IssuedToken =
  | { readonly kind: 'token'; readonly token: string; /** Milliseconds since the epoch. */ readonly expires: number }
  | { readonly kind: 'realm-refused'; readonly reason: string }
  | { readonly kind: 'denied'; readonly status: number }
  | { readonly kind: 'failed'; readonly finding: RegistryFinding };

/** Asks token services for pull tokens: https://distribution.github.io/distribution/spec/auth/token/ */
export class TokenService {
  readonly #transport: Transport;
  readonly #maxBytes: number;
  readonly #now: () => number;

  constructor(transport: Transport, maxBytes: number, now: () => number) {
    this.#transport = transport;
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Gets a token for `pull` on one repository, whatever scope the challenge names: a registry must not widen what our credentials sign. */
  async issue(
    repository: Repository,
    challenge: Challenge,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<IssuedToken> {
    const realm = decideRealm(challenge.parameters.get('realm') ?? '', repository.registry);
    if (!realm.ok) return { kind: 'realm-refused', reason: realm.reason };
    const url = new URL(realm.url);
    const service = challenge.parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${repository.path}:pull`);
    const operation = `get a token for ${repository.path}`;
    const authorization = () => (credentials === undefined ? undefined : basicAuthorization(credentials));
    const request = { registry: repository.registry, operation, url, accept: 'application/json', maxBytes: this.#maxBytes, signal };
    const answer = await this.#transport.get({ ...request, authorization });
    return answer.ok ? this.#read(answer.value, repository, operation) : { kind: 'failed', finding: answer.finding };
  }

  #read(answer: HttpAnswer, { registry }: Repository, operation: string): IssuedToken {
    if (answer.status === 401 || answer.status === 403) return { kind: 'denied', status: answer.status };
    const content = answer.status === 200 ? parseJson(answer.body) : undefined;
    const fields = isJsonObject(content) ? content : {};
    const token = ownField(fields, 'token') ?? ownField(fields, 'access_token');
    if (typeof token !== 'string' || !TOKEN.test(token)) {
      // No excerpt of the body: it may hold a token in a shape we do not know.
      const found = describeStatus(answer);
      const finding = { code: 'registry-response-invalid', registry, operation, expected: 'JSON with a token', found } as const;
      return { kind: 'failed', finding };
    }
    return { kind: 'token', token, expires: this.#now() + lifetime(ownField(fields, 'expires_in')) * 1000 };
  }
}

/** Seconds. */
function lifetime(named: unknown): number {
  const seconds = typeof named === 'number' && named > 0 ? Math.min(named, MAX_LIFETIME) : DEFAULT_LIFETIME;
  return Math.max(0, seconds - SAFETY_MARGIN);
}
