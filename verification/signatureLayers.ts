import type { Finding, SignatureLayout } from './finding';
import { MAX_BUNDLE_BYTES, MAX_EVIDENCE_BYTES, MAX_SIGNATURES, MAX_SIGNATURE_PAYLOAD_BYTES } from './limits';
import type * as Evidence from './evidence';
import { loadEvidence } from './loadEvidence';
import type { Descriptor, Manifest, RegistryClient, Repository } from './registry/types';
import type { Result } from './result';
import type { SignatureOrigin } from './sigstore/origin';
import type { SignatureCandidate } from './sigstore/types';

/** A layer that holds a Sigstore bundle: `application/vnd.dev.sigstore.bundle.v0.3+json` and its older spellings. */
const BUNDLE_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.\d+\+json|\+json;version=0\.\d+)$/;
/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const SIMPLE_SIGNING_MEDIA_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md */
const DSSE_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** One thing that was found, or that could not be. */
export type Found =
  | { readonly candidate: SignatureCandidate }
  | { readonly malformed: Finding }
  | { readonly fault: Finding }
  /** Digest of a manifest with a Notation signature, which we do not read. */
  | { readonly notation: string }
  /** Digest of a manifest that is listed for this image and says itself that it belongs to another one. */
  | { readonly foreign: string };

/** Where evidence about one image is read from. */
export interface EvidencePlace {
  /** Of the image, for messages. */
  readonly reference: string;
  readonly repository: Repository;
  readonly registry: RegistryClient;
  readonly budget: EvidenceBudget;
  readonly signal: AbortSignal;
}

/**
 * Bytes that may still be read about one image, all places together. Each bundle has its bound, and there are up to a hundred of them in
 * each place: without a sum, whoever may push decides how much memory a preview takes (CVE-2024-29902).
 */
export class EvidenceBudget {
  #left = MAX_EVIDENCE_BYTES;

  /** Takes `bytes` off the budget; false, and nothing taken, when they are not left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}

/** How one kind of layer is read. */
interface LayerReader {
  readonly maxBytes: number;
  readonly legacy: boolean;
  readonly parse: (code: typeof Evidence, layer: Descriptor, bytes: Uint8Array, origin: SignatureOrigin) => Result<SignatureCandidate>;
}

const BUNDLE_READER: LayerReader = {
  maxBytes: MAX_BUNDLE_BYTES,
  legacy: false,
  parse: (code, _layer, bytes, origin) => code.parseBundle(bytes, origin),
};
const SIGNATURE_READER: LayerReader = {
  maxBytes: MAX_SIGNATURE_PAYLOAD_BYTES,
  legacy: true,
  parse: (code, layer, bytes, origin) => code.parseLegacySignature(layer.annotations, bytes, origin),
};
const ATTESTATION_READER: LayerReader = {
  maxBytes: MAX_BUNDLE_BYTES,
  legacy: true,
  parse: (code, layer, bytes, origin) => code.parseLegacyAttestation(layer.annotations, bytes, origin),
};

/** Anything else is none of ours: a plain `application/vnd.in-toto+json` layer, say, is a statement that nobody signed. */
function readerOf({ mediaType }: Descriptor): LayerReader | undefined {
  if (BUNDLE_MEDIA_TYPE.test(mediaType)) return BUNDLE_READER;
  if (mediaType === SIMPLE_SIGNING_MEDIA_TYPE) return SIGNATURE_READER;
  return mediaType === DSSE_MEDIA_TYPE ? ATTESTATION_READER : undefined;
}

/**
 * Reads every signature and attestation among the layers of a manifest, whatever the manifest calls itself: artifact types and annotations
 * are unsigned, and known to be wrong in the field.
 *
 * @param what the manifest, in the words of findings about it
 */
export async function readSignatureLayers(
  manifest: Manifest,
  carrier: 'referrer' | 'tag',
  what: string,
  place: EvidencePlace,
): Promise<readonly Found[]> {
  const known = manifest.layers.flatMap((layer) => {
    const reader = readerOf(layer);
    return reader === undefined ? [] : [{ layer, reader }];
  });
  const { kept, excess } = bounded(known, what);
  const found = kept.map(async ({ layer, reader }): Promise<Found> => {
    if (!place.budget.take(Math.min(layer.size, reader.maxBytes))) return { fault: overBudget(place) };
    const blob = await place.registry.blob(place.repository, layer, reader.maxBytes, place.signal);
    if (!blob.ok) return { fault: blob.finding };
    const layout = layoutOf(reader, carrier);
    const source = reader.legacy ? layer.digest : manifest.digest;
    const parsed = reader.parse(await loadEvidence(), layer, blob.value, { reference: place.reference, layout, source });
    return parsed.ok ? { candidate: parsed.value } : { malformed: parsed.finding };
  });
  return [...(await Promise.all(found)), ...excess];
}

function layoutOf(reader: LayerReader, carrier: 'referrer' | 'tag'): SignatureLayout {
  if (!reader.legacy) return 'bundle-referrer';
  return carrier === 'tag' ? 'legacy-tag' : 'legacy-referrer';
}

/** Anybody who may push can attach thousands of signatures (CVE-2023-46737): look at some, and say that there were more. */
export function bounded<T>(items: readonly T[], what: string): { readonly kept: readonly T[]; readonly excess: readonly Found[] } {
  if (items.length <= MAX_SIGNATURES) return { kept: items, excess: [] };
  const fault: Finding = { code: 'limit-exceeded', what, limit: String(MAX_SIGNATURES), found: String(items.length) };
  return { kept: items.slice(0, MAX_SIGNATURES), excess: [{ fault }] };
}

function overBudget({ reference }: EvidencePlace): Finding {
  const limit = `${MAX_EVIDENCE_BYTES / 1024 / 1024} MiB`;
  return {
    code: 'limit-exceeded',
    what: `signatures and attestations of ${reference}, all together`,
    limit,
    found: 'more by their descriptors',
  };
}
