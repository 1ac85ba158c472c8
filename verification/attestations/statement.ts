import { isJsonObject, member } from '../json';
import type { JsonObject } from '../json';
import { MAX_VALUES_BY_TOKEN } from '../jsonScan';
import { MAX_NAMES, readStrictJson } from '../strictJson';
import type { JsonRules } from '../strictJson';
import { failure, success } from '../result';
import type { Result } from '../result';
import type { SignatureFinding } from '../finding';
import type { SignedContent, VerifiedSignature } from '../sigstore/types';

/** DSSE payload type of in-toto statements; anything else signed by the right person is still not a statement about an image. */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md and its v0.1 predecessor, which cosign wrote before v3. */
const STATEMENT_TYPES: ReadonlySet<unknown> = new Set(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']);

/** Predicate type of cosign's image signature in bundle form (cosign v3). Other predicates are attestations, not signatures. */
export const COSIGN_SIGN_PREDICATE_TYPE = 'https://sigstore.dev/cosign/sign/v1';

/** `critical.type` of cosign's simple signing payload, the signature format before bundles. */
const SIMPLE_SIGNING_TYPE = 'cosign container image signature';

/**
 * Values of one statement that are read: an SBOM of 12 MB, the most that fits into a bundle, has 450,000 to 750,000. Millions of them, which fit
 * into the same bytes, stop everything else for seconds.
 */
const MAX_STATEMENT_VALUES = 800_000;

/** What `readClaim` says of a payload that holds more than is read: it may be a good one, so it is a fault where it was found. */
export const PAYLOAD_TOO_LARGE = `the signed payload holds more than ${MAX_STATEMENT_VALUES} JSON values, or ${MAX_NAMES} different names, or ${MAX_VALUES_BY_TOKEN} values with escapes in names`;

/** A predicate is a document of its own, and annotations are a map; all else is a struct for everybody. */
const STATEMENT_RULES: JsonRules = {
  variants: 'refuse',
  maps: new Set(['predicate', 'annotations']),
  maxValues: MAX_STATEMENT_VALUES,
  fields: new Set(['_type', 'subject', 'predicateType', 'predicate', 'name', 'uri', 'digest', 'sha256', 'annotations']),
};
/** `optional` holds what the signer liked to add (`cosign sign -a`). */
const SIMPLE_SIGNING_RULES: JsonRules = {
  variants: 'refuse',
  maps: new Set(['optional']),
  maxValues: MAX_STATEMENT_VALUES,
  fields: new Set(['critical', 'optional', 'identity', 'docker-reference', 'image', 'docker-manifest-digest', 'type']),
};

/** What a signed payload says: which digests it speaks of, and as what. */
export interface SignedClaim {
  /** `sha256:…` of every subject. */
  readonly digests: readonly string[];
  /** `undefined` for a simple signing payload, which is always an image signature. */
  readonly predicateType?: string;
  /** As signed; its shape is for the checks of its type. */
  readonly predicate?: unknown;
}

/** Claims by the bytes that they were read from: an attestation is read to sort it, and by every requirement that may want it. */
const claimsRead = new WeakMap<Buffer, { readonly type: string | undefined; readonly claim: SignedClaim | string }>();

/** Reads a statement or simple signing payload; a string is the reason why it is neither. */
export function readClaim(content: SignedContent): SignedClaim | string {
  // What decides, beside the bytes, how they are read.
  const type = content.kind === 'dsse' ? content.payloadType : undefined;
  const known = claimsRead.get(content.payload);
  if (known !== undefined && known.type === type) return known.claim;
  const claim = readAnew(content);
  claimsRead.set(content.payload, { type, claim });
  return claim;
}

function readAnew(content: SignedContent): SignedClaim | string {
  const read = readStrictJson(content.payload, content.kind === 'message' ? SIMPLE_SIGNING_RULES : STATEMENT_RULES);
  if (!read.ok && read.excess) return PAYLOAD_TOO_LARGE;
  if (!read.ok) return `the signed payload does not say one thing to every parser: ${read.problem}`;
  const { value } = read;
  if (!isJsonObject(value)) return 'the signed payload is not a JSON object';
  if (content.kind === 'message') return readSimpleSigning(value);
  if (content.payloadType !== IN_TOTO_PAYLOAD_TYPE) return `expected payload type ${IN_TOTO_PAYLOAD_TYPE}, got ${content.payloadType}`;
  if (!STATEMENT_TYPES.has(member(value, '_type')))
    return `expected an in-toto statement, got _type ${JSON.stringify(member(value, '_type'))}`;
  const predicateType = member(value, 'predicateType');
  if (typeof predicateType !== 'string') return 'the statement has no predicateType';
  const subjects = member(value, 'subject');
  if (!Array.isArray(subjects) || subjects.length === 0) return 'the statement has no subject';
  const digests = subjects
    .map((subject: unknown) => member(subject, 'digest', 'sha256'))
    .filter((digest): digest is string => typeof digest === 'string')
    .map((digest) => `sha256:${digest}`);
  return { digests, predicateType, predicate: member(value, 'predicate') };
}

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#simple-signing */
function readSimpleSigning(value: JsonObject): SignedClaim | string {
  const critical = member(value, 'critical');
  const type = member(critical, 'type');
  if (type !== SIMPLE_SIGNING_TYPE) return `expected critical.type "${SIMPLE_SIGNING_TYPE}", got ${JSON.stringify(type)}`;
  const digest = member(critical, 'image', 'docker-manifest-digest');
  if (typeof digest !== 'string') return 'the payload names no docker-manifest-digest';
  return { digests: [digest] };
}

/**
 * Binds a verified signature to the image: its signed payload must be a claim about exactly this digest. Compared as whole strings, so an
 * upper-case, shortened or other-algorithm digest never matches.
 *
 * @returns the claim, or `subject-mismatch` / `signature-malformed`
 */
export function bindToImage(
  signature: VerifiedSignature,
  image: { readonly reference: string; readonly digest: string; readonly policy: string },
): Result<SignedClaim, SignatureFinding> {
  const { layout, source } = signature.candidate;
  const claim = readClaim(signature.content);
  if (typeof claim === 'string') return failure({ code: 'signature-malformed', reference: image.reference, layout, source, reason: claim });
  if (!claim.digests.includes(image.digest)) {
    return failure({
      code: 'subject-mismatch',
      reference: image.reference,
      policy: image.policy,
      expected: image.digest,
      found: claim.digests,
      layout,
      source,
    });
  }
  return success(claim);
}
