import { randomUUID } from 'node:crypto';
import type { Answer, Exchange } from './exchange';
import { json, registryError } from './exchange';
import { repositoryOf } from './routes';

export interface RegistryAuth {
  readonly kind: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Bearer only: hand out pull tokens without credentials, as public repositories of GHCR and Docker Hub do. */
  readonly anonymousPull?: boolean;
}

/** Path of the token endpoint in front of a `bearer` registry. */
export const TOKEN_PATH = '/token';

interface Grant {
  readonly scopes: readonly string[];
}

/**
 * Access control of the test registry: https://distribution.github.io/distribution/spec/auth/token/
 * A token is good only for the repositories it was asked for.
 */
export class AccessControl {
  readonly #auth: RegistryAuth;
  readonly #grants = new Map<string, Grant>();

  constructor(auth: RegistryAuth) {
    this.#auth = auth;
  }

  /** The refusal, or undefined when the request may pass. Also answers the token endpoint. */
  check(exchange: Exchange): Answer | undefined {
    if (this.#auth.kind === 'basic') {
      return this.#hasPassword(exchange) ? undefined : unauthorized('Basic realm="local registry"');
    }
    if (exchange.url.pathname === TOKEN_PATH) return this.#issueToken(exchange);
    return this.#hasToken(exchange) ? undefined : unauthorized(this.#challenge(exchange));
  }

  #issueToken(exchange: Exchange): Answer {
    const known = this.#hasPassword(exchange);
    const anonymous = this.#auth.anonymousPull === true && exchange.headers.authorization === undefined;
    if (!known && !anonymous) return registryError(401, 'UNAUTHORIZED');
    const scopes = exchange.url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    const token = randomUUID();
    this.#grants.set(token, { scopes: known ? scopes : scopes.filter((scope) => scope.endsWith(':pull')) });
    return json(200, { token, expires_in: 300 });
  }

  #challenge(exchange: Exchange): string {
    const host = exchange.headers.host ?? '';
    const repository = repositoryOf(exchange.url.pathname);
    const actions = exchange.method === 'GET' || exchange.method === 'HEAD' ? 'pull' : 'pull,push';
    const scope = repository === undefined ? '' : `,scope="repository:${repository}:${actions}"`;
    return `Bearer realm="http://${host}${TOKEN_PATH}",service="local"${scope}`;
  }

  #hasPassword(exchange: Exchange): boolean {
    const expected = Buffer.from(`${this.#auth.username}:${this.#auth.password}`).toString('base64');
    return exchange.headers.authorization === `Basic ${expected}`;
  }

  #hasToken(exchange: Exchange): boolean {
    const [, token = ''] = /^Bearer (.+)$/.exec(exchange.headers.authorization ?? '') ?? [];
    const grant = this.#grants.get(token);
    const repository = repositoryOf(exchange.url.pathname);
    if (grant === undefined || repository === undefined) return grant !== undefined;
    const action = exchange.method === 'GET' || exchange.method === 'HEAD' ? 'pull' : 'push';
    return grant.scopes.some((scope) => {
      const [, actions = ''] = scope.split(`repository:${repository}:`);
      return actions.split(',').includes(action);
    });
  }
}

function unauthorized(challenge: string): Answer {
  return registryError(401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
}
