import type { KeyObject } from 'node:crypto';

/** Below this, factoring is within reach: https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf */
const MIN_RSA_BITS = 2048;
/** OpenSSL verifies with no larger ones. */
const MAX_RSA_BITS = 16_384;
/** With 1, every text is its own signature; small ones have a history of forgeries. FIPS 186-5 has the same bound. */
const MIN_RSA_EXPONENT = 65_537n;

/** Curves for which a hash is known, by OpenSSL's names. A curve with parameters of its own has no name: whoever made it can sign for others. */
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** A modulus with such a divisor was not made of two large primes. */
const SMALL_PRIMES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97].map(BigInt);

/**
 * Points of Ed25519 under which anybody can sign, as bytes without the sign bit, also in the encodings that are not canonical:
 * https://github.com/jedisct1/libsodium/blob/master/src/libsodium/crypto_core/ed25519/ref10/ed25519_ref10.c
 */
const SMALL_ORDER_POINTS: ReadonlySet<string> = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

/** Why signatures by a key cannot be verified, or would prove nothing; `undefined` when neither is so. */
export function keyKindProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const kind = [type, details?.namedCurve ?? details?.modulusLength].filter((part) => part !== undefined).join(' ');
  const refused = (why = '') =>
    `expected a key of type ECDSA P-256, P-384 or P-521, Ed25519, or RSA of at least ${MIN_RSA_BITS} bits, got ${kind}${why}`;
  if (type === 'ec') return CURVES.has(details?.namedCurve ?? '') ? undefined : refused();
  if (type === 'ed25519') return isSmallOrder(key) ? refused(' with a point under which anybody can sign') : undefined;
  if (type !== 'rsa' && type !== 'rsa-pss') return refused();
  const bits = details?.modulusLength ?? 0;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return refused(bits > MAX_RSA_BITS ? `: at most ${MAX_RSA_BITS} can be used` : '');
  const flaw = rsaFlaw(key);
  return flaw === undefined ? undefined : refused(` ${flaw}`);
}

function isSmallOrder(key: KeyObject): boolean {
  const point = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  const bytes = Buffer.from(point);
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return SMALL_ORDER_POINTS.has(bytes.toString('hex'));
}

function rsaFlaw(key: KeyObject): string | undefined {
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (exponent < MIN_RSA_EXPONENT || exponent % 2n === 0n) return `with the exponent ${exponent}: make one with 65537`;
  const modulus = modulusOf(key.export({ format: 'der', type: 'spki' }));
  const isWeak = modulus === undefined || modulus % 2n === 0n || SMALL_PRIMES.some((prime) => modulus % prime === 0n);
  return isWeak ? 'whose modulus is not of two large primes' : undefined;
}

/** The first long INTEGER of a SubjectPublicKeyInfo with an RSA key; `export({format: 'jwk'})` knows no RSA-PSS keys. */
function modulusOf(spki: Buffer): bigint | undefined {
  const at = spki.findIndex(
    (byte, index) => byte === 0x02 && spki[index + 1] === 0x82 && spki.readUInt16BE(index + 2) <= spki.length - index - 4,
  );
  return at < 0 ? undefined : BigInt(`0x${spki.subarray(at + 4, at + 4 + spki.readUInt16BE(at + 2)).toString('hex')}`);
}
