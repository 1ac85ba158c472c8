/** The body, or in words how much more there was than the bound. */
export type BodyRead =
  { readonly ok: true; readonly body: Uint8Array; readonly complete: boolean } | { readonly ok: false; readonly found: string };

/**
 * Reads a body up to a bound. An announced length above the bound is refused before the first byte; a body that outgrows the bound is cut
 * off at it, whatever was announced.
 *
 * @param maxBytes the bound, in bytes
 * @param onExcess `refuse`, or `truncate` where the beginning is enough (bodies of refusals)
 * @throws what the stream throws: a lost connection, or the reason of the request's signal
 */
export async function readBounded(response: Response, maxBytes: number, onExcess: 'refuse' | 'truncate'): Promise<BodyRead> {
  const announced = /^\d+$/.exec(response.headers.get('content-length') ?? '')?.[0];
  if (onExcess === 'refuse' && announced !== undefined && Number(announced) > maxBytes) {
    await response.body?.cancel();
    return { ok: false, found: `${announced} bytes announced` };
  }
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  if (reader === undefined) return { ok: true, body: new Uint8Array(), complete: true };
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const next = await reader.read();
    if (next.done) return { ok: true, body: Buffer.concat(chunks, length), complete: true };
    chunks.push(next.value);
    length += next.value.length;
    if (length <= maxBytes) continue;
    await reader.cancel();
    if (onExcess === 'refuse') return { ok: false, found: `more than ${maxBytes} bytes` };
    return { ok: true, body: Buffer.concat(chunks, length).subarray(0, maxBytes), complete: false };
  }
}
