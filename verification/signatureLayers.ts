import { hash } from 'node:crypto';
import type { Finding, SignatureLayout } from './finding';
import type { ImageWork } from './imageWork';
import { MAX_BUNDLE_BYTES, MAX_SIGNATURES, MAX_SIGNATURE_PAYLOAD_BYTES } from './limits';
import type * as Evidence from './evidence';
import { loadEvidence } from './loadEvidence';
import { repositoryName } from './reference/reference';
import type { Descriptor, Manifest, RegistryClient, Repository } from './registry/types';
import type { Result } from './result';
import type { SignatureMalformed, SignatureOrigin } from './sigstore/origin';
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
  | { readonly malformed: SignatureMalformed; readonly same: string }
  | { readonly fault: Finding }
  /** Digest of a manifest with a Notation signature, which we do not read. */
  | { readonly notation: string }
  /** Digest of a manifest that is listed for this image and says itself that it belongs to another one. */
  | { readonly foreign: string };

/** What makes two layers the same piece of evidence, for `same`: the manifests around them are for messages only. */
const sameness = ({ digest, size, annotations }: Descriptor, { kind, legacy }: LayerReader): string =>
  `${kind} ${digest} ${size}${legacy ? ` ${hash('sha256', JSON.stringify(annotations))}` : ''}`;

/** Where evidence about one image is read from. */
export interface EvidencePlace {
  /** Of the image, for messages. */
  readonly reference: string;
  readonly repository: Repository;
  readonly registry: RegistryClient;
  readonly work: ImageWork;
  /** What was read about the image so far, by what makes it the same. */
  readonly read: Map<string, Promise<ReadEvidence>>;
  readonly signal: AbortSignal;
}

/** How one kind of layer is read. */
interface LayerReader {
  readonly kind: 'bundle' | 'signature' | 'attestation';
  readonly maxBytes: number;
  readonly legacy: boolean;
  readonly parse: (code: typeof Evidence, layer: Descriptor, bytes: Uint8Array, origin: SignatureOrigin) => ParsedEvidence;
}

type ParsedEvidence = Result<SignatureCandidate, SignatureMalformed>;

const BUNDLE_READER: LayerReader = {
  kind: 'bundle',
  maxBytes: MAX_BUNDLE_BYTES,
  legacy: false,
  parse: (code, _layer, bytes, origin) => code.parseBundle(bytes, origin),
};
const SIGNATURE_READER: LayerReader = {
  kind: 'signature',
  maxBytes: MAX_SIGNATURE_PAYLOAD_BYTES,
  legacy: true,
  parse: (code, layer, bytes, origin) => code.parseLegacySignature(layer.annotations, bytes, origin),
};
const ATTESTATION_READER: LayerReader = {
  kind: 'attestation',
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
  const known = new Map<string, KnownLayer>();
  for (const layer of manifest.layers) {
    const reader = readerOf(layer);
    if (reader === undefined) continue;
    const same = sameness(layer, reader);
    // The same layer ten thousand times is one signature.
    if (!known.has(same)) known.set(same, { layer, reader, same });
  }
  const { kept, excess } = bounded([...known.values()], what);
  const found = kept.map(async ({ layer, reader, same }): Promise<readonly Found[]> => {
    const read = await readOnce(layer, reader, same, place);
    if (read === undefined) return [];
    if ('fault' in read) return [read];
    const { parsed } = read;
    const origin = { layout: layoutOf(reader, carrier), source: reader.legacy ? layer.digest : manifest.digest };
    return parsed.ok
      ? [{ candidate: { ...parsed.value, ...origin } }]
      : [{ malformed: { ...parsed.finding, ...origin, reference: place.reference }, same }];
  });
  return [...(await Promise.all(found)).flat(), ...excess];
}

interface KnownLayer {
  readonly layer: Descriptor;
  readonly reader: LayerReader;
  readonly same: string;
}

/** Evidence as it was read, wherever it lies; `undefined` where the image has used up what may be read about it. */
export type ReadEvidence = { readonly parsed: ParsedEvidence } | { readonly fault: Finding } | undefined;

/** Many manifests may list the same bytes: they are fetched, parsed and counted once. */
function readOnce(layer: Descriptor, reader: LayerReader, same: string, place: EvidencePlace): Promise<ReadEvidence> {
  const key = `${repositoryName(place.repository)} ${same}`;
  const known = place.read.get(key) ?? readLayer(layer, reader, place);
  place.read.set(key, known);
  return known;
}

async function readLayer(layer: Descriptor, reader: LayerReader, place: EvidencePlace): Promise<ReadEvidence> {
  const { work } = place;
  if (!work.takeItem() || !work.takeBytes(Math.min(layer.size, reader.maxBytes))) return undefined;
  const blob = await work.read(() => place.registry.blob(place.repository, layer, reader.maxBytes, place.signal));
  if (!blob.ok) return { fault: blob.finding };
  const code = await loadEvidence();
  // Where it lies is filled in by each manifest that lists it.
  const origin = { reference: place.reference, layout: 'bundle-referrer', source: layer.digest } as const;
  const parsed = await work.run(() => reader.parse(code, layer, blob.value, origin));
  if (!parsed.ok) return { parsed };
  const { content } = parsed.value.bundle;
  // Read now, since everybody needs it, and a fault has its place here: what is signed there may be true, and the newest.
  const claim = content.$case === 'dsseEnvelope' && (await work.run(() => code.readClaim({ kind: 'dsse', ...content.dsseEnvelope })));
  if (claim !== code.PAYLOAD_TOO_LARGE) return { parsed };
  return { fault: { code: 'limit-exceeded', what: `signed statement in ${layer.digest}`, limit: 'what is read of JSON', found: claim } };
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
