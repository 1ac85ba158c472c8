/**
 * Values of one JSON document that are read: an SBOM of the largest size that we take has about 400,000. Each becomes an object of its own, and
 * millions of them, which fit into the same bytes, stop everything else for seconds.
 */
export const MAX_JSON_VALUES = 500_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

/**
 * Whether a JSON text holds more values than are read: found out before it is parsed, since parsing cannot be interrupted. Counts what makes
 * values, commas and brackets outside of strings, so that a single long text costs nothing; what is no JSON is for the parser to say.
 */
export function hasTooManyValues(json: Uint8Array, limit = MAX_JSON_VALUES): boolean {
  // No value is shorter than this.
  if (json.length < limit) return false;
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case COMMA:
      case OPEN_LIST:
      case OPEN_OBJECT:
        values += 1;
        if (values > limit) return true;
        break;
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      default:
        break;
    }
  }
  return false;
}

/** Position of the quote that closes the string which starts at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let first = end;
    while (bytes[first - 1] === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return bytes.length;
}
