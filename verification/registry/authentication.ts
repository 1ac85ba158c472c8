import type { RegistryFinding } from '../finding';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { Challenge } from './challenge';
import { parseChallenges } from './challenge';
import type { CredentialSource, FoundCredentials } from './credentials';
import { basicAuthorization } from './credentials';
import { registryOrigin } from './endpoint';
import type { AddressKind } from './endpoint';
import type { ReadTokenRealms } from './tokenRealmSettings';
import type { HttpAnswer } from './httpAnswer';
import { SharedRequests } from './sharedRequests';
import { TokenService } from './tokenService';
import type { HttpRequest, Transport } from './transport';
import type { Repository } from './types';

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** A GET under `/v2/<repository>/`. */
export interface RepositoryRequest extends Pick<HttpRequest, 'operation' | 'accept' | 'maxBytes' | 'signal'> {
  readonly repository: Repository;
  /** Path behind `/v2/<repository>/`, encoded. */
  readonly path: string;
}

/** What opens one repository. */
interface Admission {
  readonly authorization: string;
  readonly credentials: 'none' | 'sent';
  /** Why the configured credentials were not sent, and the setting that changes it. */
  readonly withheld?: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface AuthenticationOptions {
  readonly transport: Transport;
  /** A queue of its own: a token that waited behind the requests that need it would come when all of them were refused. */
  readonly tokenTransport: Transport;
  readonly credentials: CredentialSource;
  readonly tokenBytes: number;
  /** Token services on other hosts that may have credentials. */
  readonly tokenRealms: ReadTokenRealms;
  readonly now: () => number;
}

/**
 * Sends requests to registries with what they demand: anonymous first, then as the 401 says, by Bearer token or Basic.
 * https://distribution.github.io/distribution/spec/auth/token/
 *
 * A token is kept per registry and repository, asks for `pull` only, and is shared by concurrent requests.
 */
export class Authentication {
  readonly #options: AuthenticationOptions;
  readonly #tokens: TokenService;
  readonly #admissions = new Map<string, Admission>();
  readonly #underWay = new SharedRequests<Result<Admission, RegistryFinding>>();

  constructor(options: AuthenticationOptions) {
    this.#options = options;
    this.#tokens = new TokenService(options.tokenTransport, options.tokenBytes, options.now, options.tokenRealms);
  }

  /**
   * @returns the answer, whose status is neither 401 nor 403; `registry-unauthorized` for those; or what the transport finds
   */
  async get(request: RepositoryRequest): Promise<Result<HttpAnswer, RegistryFinding>> {
    let held: Admission | undefined;
    const first = await this.#send(request, () => (held = this.#held(request.repository)));
    if (!first.ok || first.value.status !== UNAUTHORIZED) return await this.#judge(request, first, held);
    const admission = await this.#admit(request, first.value, held);
    if (!admission.ok) return admission;
    return await this.#judge(request, await this.#send(request, () => admission.value), admission.value);
  }

  async #send(request: RepositoryRequest, admission: () => Admission | undefined): Promise<Result<HttpAnswer, RegistryFinding>> {
    const { repository, path, operation, accept, maxBytes, signal } = request;
    const url = new URL(`/v2/${repository.path}/${path}`, registryOrigin(repository.registry));
    const authorization = () => admission()?.authorization;
    return await this.#options.transport.send({ registry: repository.registry, operation, url, accept, maxBytes, signal, authorization });
  }

  /** A 401 or 403 is never "not found": who may not look has not seen that nothing is there. */
  async #judge(
    request: RepositoryRequest,
    sent: Result<HttpAnswer, RegistryFinding>,
    admission: Admission | undefined,
  ): Promise<Result<HttpAnswer, RegistryFinding>> {
    if (!sent.ok || (sent.value.status !== UNAUTHORIZED && sent.value.status !== FORBIDDEN)) return sent;
    const { status } = sent.value;
    if (status === UNAUTHORIZED) this.#admissions.delete(keyOf(request.repository));
    const { repository, operation } = request;
    if (admission?.credentials === 'sent') {
      const reason = `${operation}: the configured credentials do not open this repository`;
      return failure(unauthorized(repository, status, 'sent', reason));
    }
    const why = admission?.withheld ?? whyNone(repository, await this.#options.credentials(repository));
    const reason = `${operation}: no anonymous access, and ${why}`;
    return failure(unauthorized(repository, status, 'none', reason));
  }

  #held(repository: Repository): Admission | undefined {
    const admission = this.#admissions.get(keyOf(repository));
    return admission === undefined || admission.expires <= this.#options.now() ? undefined : admission;
  }

  async #admit(
    request: RepositoryRequest,
    answer: HttpAnswer,
    refused: Admission | undefined,
  ): Promise<Result<Admission, RegistryFinding>> {
    const { repository, signal, operation } = request;
    const held = this.#held(repository);
    // Another request was admitted while this one was on its way without.
    if (held !== undefined && held !== refused) return success(held);
    const challenges = parseChallenges(answer.headers.get('www-authenticate') ?? '');
    const started = this.#options.now();
    const abandoned = (): Result<Admission, RegistryFinding> => {
      const seconds = Math.round((this.#options.now() - started) / 100) / 10;
      return failure({ code: 'registry-timeout', registry: repository.registry, operation, seconds });
    };
    const admission = await this.#underWay.run(
      keyOf(repository),
      signal,
      (shared) => this.#negotiate(repository, challenges, operation, shared, answer.peer),
      abandoned,
    );
    if (admission.ok) this.#admissions.set(keyOf(repository), admission.value);
    return admission;
  }

  async #negotiate(
    repository: Repository,
    challenges: readonly Challenge[],
    operation: string,
    signal: AbortSignal,
    registryIs: AddressKind | undefined,
  ): Promise<Result<Admission, RegistryFinding>> {
    const found = await this.#options.credentials(repository);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return await this.#bearer(repository, bearer, found, signal, registryIs);
    const refuse = (reason: string) => failure(unauthorized(repository, UNAUTHORIZED, 'none', `${operation}: ${reason}`));
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      return refuse('the registry asks for an authentication that is neither Bearer nor Basic');
    }
    if (found?.kind === 'password') {
      return success({ authorization: basicAuthorization(found), credentials: 'sent', expires: Number.POSITIVE_INFINITY });
    }
    return refuse(`the registry demands a password, and ${whyNone(repository, found)}`);
  }

  async #bearer(
    repository: Repository,
    challenge: Challenge,
    found: FoundCredentials,
    signal: AbortSignal,
    registryIs: AddressKind | undefined,
  ): Promise<Result<Admission, RegistryFinding>> {
    // Nobody tells how long it lives; a 401 ends it.
    if (found?.kind === 'registry-token') {
      return success({ authorization: `Bearer ${found.token}`, credentials: 'sent', expires: Number.POSITIVE_INFINITY });
    }
    const credentials = found?.kind === 'unusable' ? undefined : found;
    const issued = await this.#tokens.issue(repository, challenge, credentials, signal, registryIs);
    switch (issued.kind) {
      case 'token':
        return success({
          authorization: `Bearer ${issued.token}`,
          credentials: credentials === undefined || issued.withheld !== undefined ? 'none' : 'sent',
          ...(issued.withheld !== undefined && { withheld: issued.withheld }),
          expires: issued.expires,
        });
      case 'realm-refused':
        return failure(unauthorized(repository, UNAUTHORIZED, 'none', issued.reason));
      case 'denied': {
        if (credentials !== undefined && issued.withheld === undefined) {
          return failure(unauthorized(repository, issued.status, 'sent', 'the token service does not accept the configured credentials'));
        }
        const reason = `the token service gives no anonymous token, and ${issued.withheld ?? whyNone(repository, found)}`;
        return failure(unauthorized(repository, issued.status, 'none', reason));
      }
      case 'failed':
        return failure(issued.finding);
      default:
        return issued satisfies never;
    }
  }
}

/** Why no credentials were sent, in words. */
function whyNone({ registry }: Repository, found: FoundCredentials): string {
  switch (found?.kind) {
    case undefined:
      return `no credentials are configured for ${registry}`;
    case 'unusable':
      return found.problem;
    case 'password':
      return `the credentials for ${registry} were not asked for`;
    case 'identity-token':
    case 'registry-token':
      return `what is configured for ${registry} is a token`;
  }
}

function keyOf({ registry, path }: Repository): string {
  return `${registry}/${path}`;
}

function unauthorized(repository: Repository, status: number, credentials: 'none' | 'sent', reason: string): RegistryFinding {
  return { code: 'registry-unauthorized', registry: repository.registry, repository: repository.path, status, credentials, reason };
}
