import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../../../verification/registry/types';
import type { RegistryAuth } from './access';
import { AccessControl } from './access';
import type { Exchange } from './exchange';
import { readBody, send } from './exchange';
import type { ImageContent, ReferrerContent } from './images';
import { addImage, addIndex, addReferrer } from './images';
import { MANIFEST_MEDIA_TYPE } from './mediaTypes';
import { route } from './routes';
import { RegistryStore, readManifest } from './store';
import { BlobUploads } from './uploads';

export interface LocalRegistryOptions {
  /** Serve the referrers API (default true); false answers 404, so that clients use the fallback tag. */
  readonly referrers?: boolean;
  /** Descriptors per page of the referrers API (default 100). */
  readonly referrersPageSize?: number;
  /** Added to every answer, milliseconds (default 0): the distance of a real registry. */
  readonly latencyMs?: number;
  /** Absent: everybody may pull and push. */
  readonly auth?: RegistryAuth;
  /** Port on the loopback address (default: any free one). */
  readonly port?: number;
}

export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization?: string;
}

/**
 * An OCI registry in memory on the loopback address; real cosign and crane push to it and pull from it.
 *
 * @example
 * const registry = await startRegistry();
 * const digest = registry.pushImage('team/app', 'v1');
 * // … use `${registry.address}/team/app:v1` …
 * await registry.close();
 */
export class LocalRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly #server: Server;
  readonly #store: RegistryStore;
  readonly #requests: RecordedRequest[];
  readonly #referrers: boolean;

  constructor(server: Server, store: RegistryStore, requests: RecordedRequest[], referrers: boolean) {
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    this.#store = store;
    this.#requests = requests;
    this.#referrers = referrers;
  }

  /** Every request since the start or the last `clearRequests`, in order of arrival. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  clearRequests(): void {
    this.#requests.length = 0;
  }

  /** Stores a manifest (bytes, or an object written as JSON), moving the tag when there is one. */
  putManifest(repository: string, tag: string | undefined, manifest: Uint8Array | object): Digest {
    const bytes = manifest instanceof Uint8Array ? Buffer.from(manifest) : Buffer.from(JSON.stringify(manifest));
    return this.#store.repository(repository).addManifest(bytes, readManifest(bytes).mediaType ?? MANIFEST_MEDIA_TYPE, tag);
  }

  putBlob(repository: string, bytes: Uint8Array): Digest {
    return this.#store.repository(repository).addBlob(bytes);
  }

  /** An image with a config and, unless told otherwise, one layer whose content is unique to repository and tag. */
  pushImage(repository: string, tag: string | undefined, content: ImageContent = {}): Digest {
    const layers = content.layers ?? [Buffer.from(`layer of ${repository}:${tag ?? ''}`)];
    return addImage(this.#store.repository(repository), tag, { ...content, layers });
  }

  /** An index over manifests that the repository already holds. */
  pushIndex(
    repository: string,
    tag: string | undefined,
    children: readonly Digest[],
    annotations?: Readonly<Record<string, string>>,
  ): Digest {
    return addIndex(this.#store.repository(repository), tag, children, annotations);
  }

  /** An artifact about `subject`; without the referrers API the fallback tag is maintained, as clients have to. */
  pushReferrer(repository: string, subject: Digest, content: ReferrerContent): Digest {
    return addReferrer(this.#store.repository(repository), subject, content, !this.#referrers);
  }

  /** Removes a tag; the manifest stays. */
  deleteTag(repository: string, tag: string): void {
    this.#store.repository(repository).tags.delete(tag);
  }

  /** Stops at once, cutting open connections. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Starts a registry of its own for the caller, empty, on a free port of 127.0.0.1. */
export async function startRegistry(options: LocalRegistryOptions = {}): Promise<LocalRegistry> {
  const store = new RegistryStore();
  const requests: RecordedRequest[] = [];
  const access = options.auth === undefined ? undefined : new AccessControl(options.auth);
  const referrers = options.referrers ?? true;
  const routing = { store, uploads: new BlobUploads(store), referrers, referrersPageSize: options.referrersPageSize ?? 100 };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = await readExchange(request, response);
    requests.push(record(exchange));
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    send(exchange, access?.check(exchange) ?? route(exchange, routing));
  };
  const server = createServer((request, response) => {
    // A request that cannot be read or routed ends its own connection, never the test process.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return new LocalRegistry(server, store, requests, referrers);
}

async function readExchange(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const url = new URL(request.url ?? '/', 'http://registry');
  return { method: request.method ?? 'GET', url, headers: request.headers, body: await readBody(request), response };
}

function record({ method, url, headers }: Exchange): RecordedRequest {
  const path = `${url.pathname}${url.search}`;
  return headers.authorization === undefined ? { method, path } : { method, path, authorization: headers.authorization };
}
