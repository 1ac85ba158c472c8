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

/**
 * Replaces the global `fetch`, for rules about https hosts that no test may reach for real. It follows no redirects, as `redirect: 'manual'`
 * does in Node.
 */
export function fakeInternet(sites: FakeSites): FakeInternet {
  const seen: SeenRequest[] = [];
  const spy = jest.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const authorization = new Headers(init?.headers).get('authorization');
    seen.push({ url: url.href, authorization });
    const site = sites[`${url.origin}${url.pathname}`];
    const missing = Object.assign(new TypeError('fetch failed'), { cause: new Error(`getaddrinfo ENOTFOUND ${url.hostname}`) });
    return site === undefined ? Promise.reject(missing) : Promise.resolve(site(authorization));
  });
  return { seen, restore: () => spy.mockRestore() };
}
