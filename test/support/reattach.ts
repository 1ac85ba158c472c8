import type { LocalRegistry } from './registry';
import { attachBundle, referrersTag } from './sigstore/attach';
import type { BundleJson } from './sigstore/bundles';
import type { PushedImage } from './supplyChain';

/** Rewrites signed text, keeping the signature. */
export type Change = (payload: string) => string;

/** Where the real cosign put it. */
export type Place = 'bundle' | '.sig' | '.att';

export const legacySuffix = (made: 'signature' | 'attestation'): Place => (made === 'signature' ? '.sig' : '.att');

interface ManifestJson {
  readonly layers: readonly { readonly digest: string; readonly mediaType: string; readonly size: number; readonly annotations?: object }[];
}

/** Attaches what is attached to one image to another one as well, as somebody with push rights can: the signed content may be changed on the way. */
export async function reattach(
  registry: LocalRegistry,
  from: PushedImage,
  to: PushedImage,
  place: Place,
  change: Change = (payload) => payload,
): Promise<void> {
  const get = async (url: string): Promise<Buffer> => {
    const answer = await fetch(`http://${registry.address}/v2/${from.repository}/${url}`);
    if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const json = async <T>(url: string): Promise<T> => JSON.parse((await get(url)).toString()) as T;

  if (place === 'bundle') {
    const index = await json<{ readonly manifests: readonly { readonly digest: string }[] }>(`referrers/${from.digest}`);
    for (const { digest } of index.manifests) {
      const [layer] = (await json<ManifestJson>(`manifests/${digest}`)).layers;
      const bundle = changeEnvelope(await json<BundleJson>(`blobs/${layer?.digest ?? ''}`), change);
      await attachBundle(registry, { repository: to.repository, subject: { digest: to.digest }, bundle });
    }
    return;
  }
  const manifest = await json<ManifestJson>(`manifests/${referrersTag(from.digest)}${place}`);
  const layers = [];
  for (const layer of manifest.layers) {
    const bytes = await get(`blobs/${layer.digest}`);
    const changed = place === '.sig' ? Buffer.from(change(bytes.toString())) : changedEnvelope(bytes, change);
    layers.push({ ...layer, digest: registry.putBlob(to.repository, changed), size: changed.length });
  }
  registry.putManifest(to.repository, `${referrersTag(to.digest)}${place}`, { ...manifest, layers });
}

function changeEnvelope(bundle: BundleJson, change: Change): BundleJson {
  const { dsseEnvelope } = bundle;
  return dsseEnvelope === undefined
    ? bundle
    : { ...bundle, dsseEnvelope: { ...dsseEnvelope, payload: changeBase64(dsseEnvelope.payload, change) } };
}

function changedEnvelope(bytes: Buffer, change: Change): Buffer {
  const envelope = JSON.parse(bytes.toString()) as { readonly payload: string };
  return Buffer.from(JSON.stringify({ ...envelope, payload: changeBase64(envelope.payload, change) }));
}

const changeBase64 = (payload: string, change: Change): string =>
  Buffer.from(change(Buffer.from(payload, 'base64').toString())).toString('base64');
