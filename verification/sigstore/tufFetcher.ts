import { BaseFetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error';
import { DefaultFetcher } from 'tuf-js/dist/fetcher';

export { Updater };

/** One second chance for a lost packet; `pulumi preview` waits for this. */
const RETRY = { retries: 1, minTimeout: 200, maxTimeout: 500 };

/** The largest file that the client accepts. */
const MAX_BYTES = 5_000_000;

const NOT_FOUND = 404;

/** A fetcher that remembers what it got from the network, by the name below the repository. */
export interface TufFetcher extends BaseFetcher {
  readonly fetched: ReadonlyMap<string, Uint8Array>;
}

/**
 * The transport of the TUF client: files that were kept, and the network for the others. The client verifies both alike.
 *
 * @param kept what is kept under a name
 * @param offline whether the network is left alone; what is not kept does not exist then
 */
export function createFetcher(
  url: string,
  { kept, offline }: { readonly kept: (name: string) => Uint8Array | undefined; readonly offline: boolean },
): TufFetcher {
  return new KeepingFetcher(`${url.replace(/\/$/, '')}/`, kept, offline);
}

class KeepingFetcher extends BaseFetcher {
  readonly fetched = new Map<string, Uint8Array>();
  readonly #base: string;
  readonly #kept: (name: string) => Uint8Array | undefined;
  readonly #network: DefaultFetcher | undefined;

  constructor(base: string, kept: (name: string) => Uint8Array | undefined, offline: boolean) {
    super();
    this.#base = base;
    this.#kept = kept;
    this.#network = offline ? undefined : new DefaultFetcher({ userAgent: 'pulumi-model-supply-chain', timeout: 5_000, retry: RETRY });
  }

  async fetch(address: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const name = address.startsWith(this.#base) ? address.slice(this.#base.length) : address;
    const kept = this.#kept(name);
    if (kept !== undefined) return streamOf(kept);
    // For the client this says that there is no newer root, and is an error everywhere else.
    if (this.#network === undefined) throw new DownloadHTTPError(`${name} is not kept`, NOT_FOUND);
    const bytes = await bytesOf(await this.#network.fetch(address), name);
    this.fetched.set(name, bytes);
    return streamOf(bytes);
  }
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
      controller.close();
    },
  });

async function bytesOf(stream: ReadableStream<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > MAX_BYTES) throw new Error(`${name} is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
