import { digestOf, hexOf, parseDigest } from '../../../verification/reference/digest';

const HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('parseDigest', () => {
  it('accepts sha256 with 64 lower-case hexadecimal digits', () => {
    expect(parseDigest(`sha256:${HEX}`)).toEqual({ ok: true, value: `sha256:${HEX}` });
  });

  it.each([
    ['sha512, by name', `sha512:${HEX}${HEX}`, 'sha512 is not supported'],
    ['upper-case digits', `sha256:${HEX.toUpperCase()}`, 'lower-case'],
    ['upper-case algorithm', `SHA256:${HEX}`, 'sha256:<64'],
    ['a short digest', `sha256:${HEX.slice(1)}`, 'got 63'],
    ['a long digest', `sha256:${HEX}0`, 'got 65'],
    ['digits that are not hexadecimal', `sha256:${'g'.repeat(64)}`, 'hexadecimal'],
    ['a line end behind it', `sha256:${HEX}\n`, 'sha256:<64'],
    ['no algorithm', HEX, 'sha256:<64'],
    ['nothing', '', 'sha256:<64'],
  ])('refuses %s', (_case, text, reason) => {
    expect(parseDigest(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe('digestOf', () => {
  it('hashes the bytes', () => {
    expect(digestOf(new Uint8Array())).toBe(`sha256:${HEX}`);
    expect(hexOf(digestOf(new Uint8Array()))).toBe(HEX);
  });
});
