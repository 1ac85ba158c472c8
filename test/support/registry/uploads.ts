import { randomUUID } from 'node:crypto';
import { digestOf } from '../../../verification/reference/digest';
import type { Answer, Exchange } from './exchange';
import { registryError } from './exchange';
import type { RegistryStore } from './store';

/**
 * Blob uploads: POST with the content, POST then PUT, POST then PATCH then PUT. A `mount=` is answered with an upload session, as the
 * specification allows a registry that does not mount.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export class BlobUploads {
  readonly #store: RegistryStore;
  readonly #sessions = new Map<string, Buffer>();

  constructor(store: RegistryStore) {
    this.#store = store;
  }

  start(repository: string, exchange: Exchange): Answer {
    const digest = exchange.url.searchParams.get('digest');
    if (digest !== null) return this.#commit(repository, digest, exchange.body);
    const session = randomUUID();
    this.#sessions.set(session, Buffer.alloc(0));
    return this.#progress(repository, session, 202);
  }

  /** PATCH, PUT, GET or DELETE on a session. */
  advance(repository: string, session: string, exchange: Exchange): Answer {
    const received = this.#sessions.get(session);
    if (received === undefined) return registryError(404, 'BLOB_UPLOAD_UNKNOWN');
    switch (exchange.method) {
      case 'GET':
        return this.#progress(repository, session, 204);
      case 'DELETE':
        this.#sessions.delete(session);
        return { status: 204 };
      case 'PATCH':
        this.#sessions.set(session, Buffer.concat([received, exchange.body]));
        return this.#progress(repository, session, 202);
      case 'PUT': {
        this.#sessions.delete(session);
        const digest = exchange.url.searchParams.get('digest') ?? '';
        return this.#commit(repository, digest, Buffer.concat([received, exchange.body]));
      }
      default:
        return registryError(405, 'UNSUPPORTED');
    }
  }

  #commit(repository: string, digest: string, content: Buffer): Answer {
    if (digestOf(content) !== digest) return registryError(400, 'DIGEST_INVALID');
    this.#store.repository(repository).addBlob(content);
    return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
  }

  #progress(repository: string, session: string, status: number): Answer {
    const length = this.#sessions.get(session)?.length ?? 0;
    const headers = {
      location: `/v2/${repository}/blobs/uploads/${session}`,
      'docker-upload-uuid': session,
      range: `0-${Math.max(0, length - 1)}`,
    };
    return { status, headers };
  }
}
