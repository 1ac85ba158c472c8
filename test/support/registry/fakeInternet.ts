import type { ClientRequest, RequestOptions } from 'node:http';
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

/** Replaces `https.request`, for rules about https hosts that no test may reach for real. */
export function fakeInternet(sites: FakeSites): FakeInternet {
  const seen: SeenRequest[] = [];
  const request = (url: URL, options: RequestOptions): ClientRequest => {
    const authorization = (options.headers as Record<string, string>)['authorization'] ?? null;
    seen.push({ url: url.href, authorization });
    const site = sites[`${url.origin}${url.pathname}`];
    const sent = new PassThrough();
    setImmediate(() => {
      if (site === undefined) return void sent.destroy(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`));
      void answerWith(site(authorization)).then((message) => sent.emit('response', message));
    });
    return sent as unknown as ClientRequest;
  };
  const spy = jest.spyOn(https, 'request').mockImplementation(request as typeof https.request);
  return { seen, restore: () => spy.mockRestore() };
}

async function answerWith(response: Response): Promise<Readable> {
  const message = Readable.from([Buffer.from(await response.arrayBuffer())], { objectMode: false });
  return Object.assign(message, { statusCode: response.status, headers: Object.fromEntries(response.headers) });
}
