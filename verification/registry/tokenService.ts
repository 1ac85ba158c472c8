import type { RegistryFinding } from '../finding';
import type { Challenge } from './challenge';
import type { Credentials } from './credentials';
import { basicAuthorization } from './credentials';
import type { HttpAnswer } from './httpAnswer';
import { describeStatus } from './httpAnswer';
import { isJsonObject, member } from '../json';
import { parseStrictJson } from '../strictJson';
import { registryOrigin } from './endpoint';
import type { AddressKind } from './endpoint';
import { placeByName } from './redirects';
import type { ReadTokenRealms } from './tokenRealmSettings';
import { decideRealm } from './tokenRealm';
import type { HttpRequest, Transport } from './transport';
import type { Repository } from './types';

/** Names us to token services, for their logs. */
const CLIENT_ID = 'pulumi-model-supply-chain';

/** Seconds, when the service names none, and the bounds on what it names. */
const DEFAULT_LIFETIME = 60;
const MAX_LIFETIME = 3600;
/** A token is not used in its last seconds: it would expire on the way. */
const SAFETY_MARGIN = 5;

/** The b64token of RFC 6750, wide enough for what services issue: visible ASCII, so that it cannot break out of its header. */
const TOKEN = /^[\x21-\x7e]{1,32768}$/;

type PasswordCredentials = Extract<Credentials, { kind: 'password' }>;
/** Credentials that a token service takes. */
export type TokenCredentials = Exclude<Credentials, { kind: 'registry-token' }>;

export type IssuedToken =
  | {
      readonly kind: 'token';
      readonly token: string;
      /** Milliseconds since the epoch. */
      readonly expires: number;
      readonly withheld?: string;
    }
  | { readonly kind: 'realm-refused'; readonly reason: string }
  | { readonly kind: 'denied'; readonly status: number; /** Why the credentials were not sent. */ readonly withheld?: string }
  | { readonly kind: 'failed'; readonly finding: RegistryFinding };

/** Asks token services for pull tokens: https://distribution.github.io/distribution/spec/auth/token/ */
export class TokenService {
  readonly #transport: Transport;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #realms: ReadTokenRealms;

  constructor(transport: Transport, maxBytes: number, now: () => number, realms: ReadTokenRealms) {
    this.#realms = realms;
    this.#transport = transport;
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Gets a token for `pull` on one repository, whatever scope the challenge names: a registry must not widen what our credentials sign. */
  async issue(
    repository: Repository,
    challenge: Challenge,
    credentials: TokenCredentials | undefined,
    signal: AbortSignal,
    registryIs: AddressKind | undefined,
  ): Promise<IssuedToken> {
    const realm = decideRealm(challenge.parameters.get('realm') ?? '', repository.registry, this.#realms);
    if (!realm.ok) return { kind: 'realm-refused', reason: realm.reason };
    const service = challenge.parameters.get('service');
    const wanted = { ...(service !== undefined && { service }), scope: `repository:${repository.path}:pull` };
    const operation = `get a token for ${repository.path}`;
    const sent = realm.withheld === undefined ? credentials : undefined;
    const asked = sent?.kind === 'identity-token' ? refresh(realm.url, sent.token, wanted) : ask(realm.url, sent, wanted);
    const own = new URL(registryOrigin(repository.registry));
    const isElsewhere = realm.url.origin !== own.origin;
    const request = {
      registry: repository.registry,
      operation,
      accept: 'application/json',
      maxBytes: this.#maxBytes,
      signal,
      ...asked,
      ...(isElsewhere && { chosenFrom: registryIs ?? placeByName(own.hostname) }),
    };
    const withheld = credentials !== undefined && realm.withheld !== undefined ? { withheld: realm.withheld } : {};
    const answer = await this.#transport.send(request);
    return answer.ok ? this.#read(answer.value, repository, operation, withheld) : { kind: 'failed', finding: answer.finding };
  }

  #read(answer: HttpAnswer, { registry }: Repository, operation: string, withheld: { readonly withheld?: string }): IssuedToken {
    if (answer.status === 401 || answer.status === 403) return { kind: 'denied', status: answer.status, ...withheld };
    const content = answer.status === 200 ? parseStrictJson(answer.body) : undefined;
    const fields = isJsonObject(content) ? content : {};
    const token = member(fields, 'token') ?? member(fields, 'access_token');
    if (typeof token !== 'string' || !TOKEN.test(token)) {
      // No excerpt of the body: it may hold a token in a shape we do not know.
      const found = describeStatus(answer);
      const finding = { code: 'registry-response-invalid', registry, operation, expected: 'JSON with a token', found } as const;
      return { kind: 'failed', finding };
    }
    return { kind: 'token', token, expires: this.#now() + lifetime(member(fields, 'expires_in')) * 1000, ...withheld };
  }
}

type Wanted = Readonly<Record<string, string>>;
type Asked = Pick<HttpRequest, 'url' | 'authorization' | 'form'>;

/** https://distribution.github.io/distribution/spec/auth/token/#requesting-a-token */
function ask(realm: URL, credentials: PasswordCredentials | undefined, wanted: Wanted): Asked {
  const url = new URL(realm);
  for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
  return { url, authorization: () => (credentials === undefined ? undefined : basicAuthorization(credentials)) };
}

/** The refresh grant, in the body, since addresses end up in logs: https://distribution.github.io/distribution/spec/auth/oauth/ */
function refresh(realm: URL, token: string, wanted: Wanted): Asked {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: token, ...wanted });
  const url = new URL(realm);
  // The realm is the registry's word: its query must not ask for more than the form does.
  for (const name of Object.keys(wanted)) url.searchParams.delete(name);
  return { url, authorization: () => undefined, form };
}

/** Seconds. */
function lifetime(named: unknown): number {
  const seconds = typeof named === 'number' && named > 0 ? Math.min(named, MAX_LIFETIME) : DEFAULT_LIFETIME;
  return Math.max(0, seconds - SAFETY_MARGIN);
}
