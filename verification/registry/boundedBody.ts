import type { IncomingMessage } from 'node:http';

/**
 * How much of a body is read: at most `maxBytes`, and what is beyond is a reason to refuse it or, where the beginning is enough, not missed;
 * or nothing at all.
 */
export type BodyBound = { readonly maxBytes: number; readonly onExcess: 'refuse' | 'truncate' } | 'unread';

/** The body, or in words how much more there was than the bound. */
export type BodyRead =
  { readonly ok: true; readonly body: Uint8Array; readonly complete: boolean } | { readonly ok: false; readonly found: string };

const UNREAD: BodyRead = { ok: true, body: new Uint8Array(), complete: false };

/**
 * Reads a body up to a bound. An announced length above the bound is refused before the first byte; a body that outgrows the bound is cut
 * off at it, whatever was announced. What is not read to its end costs its connection.
 *
 * @param message an answer of which nothing was read yet; to be called in the turn in which it came
 * @throws the error of a lost connection
 */
export async function readBounded(message: IncomingMessage, bound: BodyBound): Promise<BodyRead> {
  if (bound === 'unread') return end(message, UNREAD);
  const { maxBytes, onExcess } = bound;
  const announced = /^\d+$/.exec(message.headers['content-length'] ?? '')?.[0];
  if (onExcess === 'refuse' && announced !== undefined && Number(announced) > maxBytes) {
    return end(message, { ok: false, found: `${announced} bytes announced` });
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return;
      message.removeAllListeners('data');
      const beginning: BodyRead = { ok: true, body: Buffer.concat(chunks, length).subarray(0, maxBytes), complete: false };
      resolve(end(message, onExcess === 'refuse' ? { ok: false, found: `more than ${maxBytes} bytes` } : beginning));
    });
    message.once('end', () => resolve({ ok: true, body: Buffer.concat(chunks, length), complete: true }));
    message.once('error', reject);
    // Whatever else ends an answer: nobody may wait for the rest of it.
    message.once('close', () => reject(new Error('the connection was closed before the end of the answer')));
  });
}

function end(message: IncomingMessage, read: BodyRead): BodyRead {
  message.on('error', () => undefined);
  message.destroy();
  return read;
}
