import { sharedProcessor } from '../processor';

/** What a millisecond reads of the slowest JSON; only the order counts. */
const BYTES_PER_MILLISECOND = 10_000;

/**
 * Reads a document of a registry in turn with all other work. Requests are shared, so it belongs to no single image: small ones go before large
 * ones, which only somebody who wants to keep us busy pushes.
 */
export async function readInTurn<T>(bytes: Uint8Array, read: () => T): Promise<T> {
  return sharedProcessor.run({ milliseconds: bytes.length / BYTES_PER_MILLISECOND }, read);
}
