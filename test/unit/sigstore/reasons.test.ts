import fc from 'fast-check';
import { loadTrustRootFile } from '../../../verification/sigstore/trustRoot';
import { createLocalSigstore } from '../../support/sigstore/localSigstore';
import type { BundleJson } from '../../support/sigstore/bundles';
import type { LocalSigstore } from '../../support/sigstore/localSigstore';
import { generateSigningKey } from '../../support/sigstore/services';
import { publicKeyPem } from '../../support/sigstore/signers';
import { DEFAULT_THRESHOLDS, loadRoot, verifyBundle } from '../../support/sigstore/verifying';

/** What readers of ASN.1, OpenSSL and the engine of JavaScript say. */
const INTERNAL =
  /Cannot read|is not a function|is not iterable|undefined \(|asn1|ASN\.1|error:[0-9a-f]{8}|OSSL|ERR_|wrong tag|too long|header too|Invalid (?:array|string)|call stack|Unexpected token|JSON at position|BigInt|RangeError|TypeError/i;

const DIGEST = `sha256:${'a'.repeat(64)}`;
const key = generateSigningKey();
let sigstore: LocalSigstore;
let bundles: readonly BundleJson[];

beforeAll(async () => {
  sigstore = await createLocalSigstore();
  const identity = { issuer: 'https://issuer.test', subject: 'https://ci.test/build' };
  bundles = [
    await sigstore.signImage({ digest: DIGEST, identity, timestamped: true }),
    await sigstore.signImage({ digest: DIGEST, key, logged: true }),
  ];
});

/** Replaces one text of base64 in a document by mutated bytes, and says so in the same form. */
function mutated(document: unknown, which: number, at: number, change: number): unknown {
  const text = JSON.stringify(document);
  const places = [...text.matchAll(/"([A-Za-z0-9+/]{24,}={0,2})"/g)];
  const place = places[which % places.length];
  if (place?.[1] === undefined) return document;
  const bytes = Buffer.from(place[1], 'base64');
  const start = at % bytes.length;
  const changed =
    change === 256 ? bytes.subarray(0, start) : Buffer.from(bytes.map((byte, index) => (index === start ? byte ^ change : byte)));
  return JSON.parse(text.slice(0, place.index + 1) + changed.toString('base64') + text.slice(place.index + 1 + place[1].length));
}

const changes = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 256 }));

describe('when bytes of a signature are changed', () => {
  it('the reason is in our words, whichever they are', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat({ max: 1 }), changes, (which, [place, at, change]) => {
        const bundle = mutated(bundles[which], place, at, change) as BundleJson;
        const trustRoot = loadRoot(sigstore.trustedRootJson);
        const authority =
          which === 0
            ? ({ kind: 'keyless', trustRoot } as const)
            : { kind: 'key' as const, publicKeyPem: publicKeyPem(key.publicKey), trustRoot };
        const verified = verifyBundle(bundle, authority);
        if (verified.ok) return;
        const reason = 'reason' in verified.finding ? verified.finding.reason : '';
        seen.add(reason);
        expect(reason).not.toMatch(INTERNAL);
        expect(reason).not.toBe('');
      }),
      { numRuns: 400 },
    );
    expect(seen.size).toBeGreaterThan(3);
  });
});

describe('when bytes of a trusted root are changed', () => {
  it('the reason is in our words, whichever they are', () => {
    fc.assert(
      fc.property(changes, ([place, at, change]) => {
        const json = mutated(sigstore.trustedRootJson, place, at, change);
        const loaded = loadTrustRootFile(Buffer.from(JSON.stringify(json)), { name: 'private', thresholds: DEFAULT_THRESHOLDS });
        if (!loaded.ok) expect(loaded.finding.reason).not.toMatch(INTERNAL);
      }),
      { numRuns: 300 },
    );
  });
});
