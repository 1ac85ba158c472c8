import http from 'node:http';
import type { ClientRequest, ClientRequestArgs, IncomingMessage } from 'node:http';
import https from 'node:https';
import { guardedLookup } from './addressGuard';
import type { ResolveName } from './addressGuard';
import { readBounded } from './boundedBody';
import type { BodyBound, BodyRead } from './boundedBody';
import { kindOfAddress } from './endpoint';
import type { AddressKind } from './endpoint';
import type { AnswerHeaders } from './httpAnswer';
import { trustConfiguredAuthorities } from './networkEnvironment';
import type { ProxyVariables } from './networkEnvironment';

/** The pools of connections of one client. */
export interface ConnectionPools {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /**
   * For hosts that a registry chose: redirects, token services. Apart, since a connection that is kept would be used again without a look at
   * its address. One pool for each place of a registry, for the same reason.
   */
  readonly guarded: Readonly<Record<AddressKind, https.Agent>>;
  /** Ports of the proxies in use: a connection to one of them says nothing about where the registry is. */
  readonly proxyPorts: ReadonlySet<number>;
  readonly resolve?: ResolveName;
}

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly url: URL;
  /** Set for a host that a registry chose: where that registry is. */
  readonly chosenFrom?: AddressKind;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields of a form, sent by POST; absent: GET. */
  readonly form?: URLSearchParams;
  /** How much of the body is read, decided when the status and headers are there. */
  readonly bound: (status: number, headers: AnswerHeaders) => BodyBound;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: BodyRead;
  readonly peer?: AddressKind;
}

/** A pooled connection that nobody uses is closed after this time, in milliseconds, before the far side does so in the middle of a request. */
const IDLE_MS = 5_000;

/**
 * @param proxyEnv from `applyProxy`
 * @param resolve for tests (default: the resolver of the machine)
 */
export function openPools(proxyEnv?: ProxyVariables, resolve?: ResolveName): ConnectionPools {
  const options = { keepAlive: true, timeout: IDLE_MS, ...(proxyEnv && { proxyEnv }) };
  const pool = (): https.Agent => new https.Agent(options);
  return {
    http: new http.Agent(options),
    https: pool(),
    guarded: { public: pool(), private: pool(), local: pool() },
    proxyPorts: new Set(Object.entries(proxyEnv ?? {}).flatMap(([name, value]) => (name === 'NO_PROXY' ? [] : portOf(value ?? '')))),
    ...(resolve && { resolve }),
  };
}

function portOf(proxy: string): readonly number[] {
  if (!URL.canParse(proxy)) return [];
  const { port, protocol } = new URL(proxy);
  return [port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)];
}

/** The place at the far end of a connection; undefined where that is, or may be, a proxy. */
function peerOf({ socket }: IncomingMessage, pools: ConnectionPools): { readonly peer?: AddressKind } {
  const { remoteAddress, remotePort } = (socket as IncomingMessage['socket'] | undefined) ?? {};
  if (remoteAddress === undefined || remotePort === undefined || pools.proxyPorts.has(remotePort)) return {};
  return { peer: kindOfAddress(remoteAddress) };
}

/**
 * Sends one HTTP/1.1 request and reads the answer within its bound. Follows nothing, retries nothing, decodes nothing.
 *
 * Not `fetch`: at the hundreds of small requests of a preview, its web streams cost two and a half times the processor time.
 *
 * @param signal ends the request and its connection; there is no other limit on time
 * @throws Error of the connection or the parser, or when the signal is aborted
 */
export function exchange(request: WireRequest, pools: ConnectionPools, signal: AbortSignal): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Error('aborted'));
      return;
    }
    const sent = send(request, pools);
    const abort = (): void => {
      reject(new Error('aborted'));
      sent.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    sent.once('close', () => signal.removeEventListener('abort', abort));
    // Stays for the life of the request: an error that comes after the answer has nowhere else to go, and would end the process.
    sent.on('error', reject);
    // The body is listened to within this turn, so that a connection that is lost right behind the headers is not missed.
    sent.once('response', (message: IncomingMessage) => {
      const { statusCode: status = 0 } = message;
      const headers = headersOf(message);
      const peer = peerOf(message, pools);
      readBounded(message, request.bound(status, headers)).then((body) => resolve({ status, headers, body, ...peer }), reject);
    });
  });
}

function send({ url, headers, form, chosenFrom }: WireRequest, pools: ConnectionPools): ClientRequest {
  const body = form?.toString();
  const options: ClientRequestArgs = { insecureHTTPParser: false, ...methodAndHeaders(headers, body) };
  const isSecure = url.protocol === 'https:';
  if (isSecure) trustConfiguredAuthorities();
  const secure: https.RequestOptions =
    chosenFrom === undefined
      ? { ...options, agent: pools.https }
      : { ...options, agent: pools.guarded[chosenFrom], lookup: guardedLookup(url.hostname, chosenFrom, pools.resolve) };
  const sent = isSecure ? https.request(url, secure) : http.request(url, { ...options, agent: pools.http });
  sent.end(body);
  return sent;
}

function methodAndHeaders(headers: WireRequest['headers'], body: string | undefined): Pick<ClientRequestArgs, 'method' | 'headers'> {
  if (body === undefined) return { method: 'GET', headers: { ...headers } };
  const form = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', 'content-length': Buffer.byteLength(body) };
  return { method: 'POST', headers: { ...headers, ...form } };
}

/** Node joins a header that comes more than once, or keeps the first where only one makes sense. */
function headersOf({ headers }: IncomingMessage): AnswerHeaders {
  return {
    get: (name) => {
      const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}
