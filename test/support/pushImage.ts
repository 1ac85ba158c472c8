import { createHash } from 'node:crypto';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function put(url: URL | string, body: Buffer, type: string): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
  if (answer.status !== 201) throw new Error(`PUT ${String(url)}: HTTP ${answer.status}`);
}

/**
 * Pushes a minimal image with content of its own over the distribution protocol.
 *
 * @param registry `127.0.0.1:PORT` of a registry without authentication
 * @returns `registry/repository@sha256:...`; the tag names it as well
 */
export async function pushImage(registry: string, repository: string, tag = 'v1'): Promise<string> {
  const base = `http://${registry}/v2/${repository}`;
  const blob = async (bytes: Buffer) => {
    const digest = sha256(bytes);
    const upload = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(upload.headers.get('location') ?? '', base);
    location.searchParams.set('digest', digest);
    await put(location, bytes, 'application/octet-stream');
    return { digest, size: bytes.length };
  };
  const layer = await blob(Buffer.from(`weights of ${repository}`));
  const config = await blob(
    Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } })),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
    }),
  );
  await put(`${base}/manifests/${tag}`, manifest, MANIFEST);
  return `${registry}/${repository}@${sha256(manifest)}`;
}
