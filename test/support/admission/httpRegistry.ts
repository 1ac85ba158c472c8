import { createHash, randomUUID } from 'node:crypto';
import type { RegistryWriter } from '../sigstore/attach';
import { OCI_CONFIG_MEDIA_TYPE, OCI_INDEX_MEDIA_TYPE, OCI_MANIFEST_MEDIA_TYPE } from '../sigstore/wireFormats';

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Writes into a registry that somebody else runs, over the distribution protocol. No authentication. */
export class HttpRegistry implements RegistryWriter {
  /** `127.0.0.1:PORT` */
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async putBlob(repository: string, bytes: Uint8Array): Promise<string> {
    const base = `http://${this.address}/v2/${repository}/blobs/uploads/`;
    const digest = digestOf(bytes);
    const upload = await fetch(base, { method: 'POST' });
    const location = new URL(upload.headers.get('location') ?? '', base);
    location.searchParams.set('digest', digest);
    await put(location, bytes, 'application/octet-stream');
    return digest;
  }

  async putManifest(repository: string, tag: string | undefined, manifest: object): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(manifest));
    const { mediaType } = manifest as { readonly mediaType: string };
    const digest = digestOf(bytes);
    await put(`http://${this.address}/v2/${repository}/manifests/${tag ?? digest}`, bytes, mediaType);
    return digest;
  }

  /** Pushes an image with content of its own; returns its digest. */
  async pushImage(repository: string, tag?: string): Promise<string> {
    const layerBytes = Buffer.from(randomUUID());
    const configBytes = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(layerBytes)] } }),
    );
    const blob = async (mediaType: string, bytes: Buffer) => ({
      mediaType,
      digest: await this.putBlob(repository, bytes),
      size: bytes.length,
    });
    return this.putManifest(repository, tag, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST_MEDIA_TYPE,
      config: await blob(OCI_CONFIG_MEDIA_TYPE, configBytes),
      layers: [await blob('application/vnd.oci.image.layer.v1.tar+gzip', layerBytes)],
    });
  }

  /** Pushes an index over an image that is there, for linux/amd64; returns its digest. */
  async pushIndex(repository: string, child: string, tag?: string): Promise<string> {
    const found = await fetch(`http://${this.address}/v2/${repository}/manifests/${child}`, {
      headers: { accept: OCI_MANIFEST_MEDIA_TYPE },
    });
    const size = (await found.arrayBuffer()).byteLength;
    const platform = { architecture: 'amd64', os: 'linux' };
    const manifests = [{ mediaType: OCI_MANIFEST_MEDIA_TYPE, digest: child, size, platform }];
    return this.putManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_INDEX_MEDIA_TYPE, manifests });
  }
}

async function put(url: URL | string, body: Uint8Array, type: string): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body: Buffer.from(body), headers: { 'content-type': type } });
  if (answer.status !== 201) throw new Error(`PUT ${String(url)}: HTTP ${answer.status}`);
}
