/** The little of DER that a certificate takes: https://www.itu.int/rec/T-REC-X.690 */

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : longLength(content.length);
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function longLength(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

export const der = {
  sequence: (...items: readonly Buffer[]) => tlv(0x30, ...items),
  set: (...items: readonly Buffer[]) => tlv(0x31, ...items),
  integer: (value: Buffer) => tlv(0x02, value),
  boolean: (value: boolean) => tlv(0x01, Buffer.from([value ? 0xff : 0])),
  octets: (value: Buffer) => tlv(0x04, value),
  /** Without unused bits. */
  bits: (value: Buffer, unused = 0) => tlv(0x03, Buffer.from([unused]), value),
  utf8: (value: string) => tlv(0x0c, Buffer.from(value)),
  oid: (dotted: string) => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
    return tlv(0x06, Buffer.from([...base128(first * 40 + second), ...rest.flatMap(base128)]));
  },
  /** `YYMMDDHHMMSSZ`, good until 2049. */
  utcTime: (date: Date) => tlv(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`)),
  /** `[n]` around other values. */
  explicit: (n: number, ...items: readonly Buffer[]) => tlv(0xa0 | n, ...items),
  /** `[n]` in the place of a primitive type's own tag. */
  implicit: (n: number, value: Buffer) => tlv(0x80 | n, value),
};
