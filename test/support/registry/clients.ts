import { createRegistryClient } from '../../../verification/registry/ociClient';
import type { RegistryClientOptions } from '../../../verification/registry/ociClient';
import { parseReference } from '../../../verification/reference/reference';
import type { ImageReference, RegistryClient, Repository } from '../../../verification/registry/types';
import { valueOf } from './outcomes';

/** A client that knows nothing of this machine's docker configuration and does not wait long before it tries again. */
export function testClient(options: RegistryClientOptions = {}): RegistryClient {
  return createRegistryClient({ credentials: () => undefined, ...options, limits: { retryDelayMs: 1, ...options.limits } });
}

export function reference(text: string): ImageReference {
  return valueOf(parseReference(text));
}

export function repositoryAt(address: string, path = 'team/app'): Repository {
  return { registry: address, path };
}

/** A signal that nobody aborts. */
export function patient(): AbortSignal {
  return new AbortController().signal;
}
