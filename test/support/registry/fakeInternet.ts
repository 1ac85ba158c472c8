import http from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import https from 'node:https';
import { PassThrough, Readable } from 'node:stream';

/** One request that our code made, as a hostile host would see it. */
export interface SeenRequest {
  readonly url: string;
  readonly authorization: string | null;
}

export interface FakeInternet {
  readonly seen: readonly SeenRequest[];
  restore(): void;
}

/** Answers by address, query excluded; a function sees the authorization. Anything else fails as a host that does not exist. */
export type FakeSites = Readonly<Record<string, (authorization: string | null) => Response>>;

/** What lies below the names. Default: names are not looked up, and connections have no address. */
export interface FakeNetwork {
  /** The address that a connection to a host has. */
  readonly peers?: Readonly<Record<string, string>>;
  /** Whether requests that bring a lookup use it, as a real connection does; the client under test then needs `resolve`. */
  readonly looksUp?: boolean;
}

type Send = (url: URL | string, options: RequestOptions, answered?: (message: IncomingMessage) => void) => ClientRequest;

/** Replaces `https.request`, and `http.request` except to this machine, for rules about hosts that no test may reach for real. */
export function fakeInternet(sites: FakeSites, network: FakeNetwork = {}): FakeInternet {
  const seen: SeenRequest[] = [];
  const send: Send = (target, options) => {
    const url = new URL(target);
    const authorization = (options.headers as Record<string, string>)['authorization'] ?? null;
    seen.push({ url: url.href, authorization });
    const site = sites[`${url.origin}${url.pathname}`];
    const sent = new PassThrough();
    const answer = (): void => {
      if (site === undefined) return void sent.destroy(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`));
      const remoteAddress = network.peers?.[url.hostname];
      const socket = remoteAddress === undefined ? {} : { remoteAddress, remotePort: 443 };
      void answerWith(site(authorization)).then((message) => sent.emit('response', Object.assign(message, { socket })));
    };
    const { lookup } = options;
    if (lookup === undefined || network.looksUp !== true) setImmediate(answer);
    else lookup(url.hostname, { all: true }, (error) => (error === null ? answer() : void sent.destroy(error)));
    return sent as unknown as ClientRequest;
  };
  const original = http.request as Send;
  const sendUnlessHere: Send = (target, options, answered) =>
    new URL(target).hostname === '127.0.0.1' ? original(target, options, answered) : send(target, options);
  const spies = [jest.spyOn(https, 'request').mockImplementation(send), jest.spyOn(http, 'request').mockImplementation(sendUnlessHere)];
  return { seen, restore: () => spies.forEach((spy) => spy.mockRestore()) };
}

async function answerWith(response: Response): Promise<Readable> {
  const message = Readable.from([Buffer.from(await response.arrayBuffer())], { objectMode: false });
  return Object.assign(message, { statusCode: response.status, headers: Object.fromEntries(response.headers) });
}
