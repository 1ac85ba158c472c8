import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Key, MetaFile, Metadata, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import type { TrustedRootJson } from './trustedRoot';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
const TRUSTED_ROOT = 'trusted_root.json';

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** A private TUF repository over HTTP, as an organisation with a Sigstore of its own runs one. */
export interface TufMirror {
  /** Base address: metadata at the top, targets below `targets/`. */
  readonly url: string;
  /** `root.json`, the root of trust that clients are given. */
  readonly root: string;
  stop(): Promise<void>;
}

/**
 * The metadata of a repository with one target, by file name. `@tufjs/repo-mock` cannot be used: the Go clients (go-tuf, in Kyverno and cosign)
 * recompute the id of a key, and the mock's ids are of its own making.
 */
function renderRepository(trustedRoot: string): ReadonlyMap<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const material = {
    keytype: 'ed25519',
    // The last 32 bytes of the SPKI form are the key itself.
    keyval: { public: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex') },
    scheme: 'ed25519',
  };
  // TUF 4.2: the id is the hash of the canonical JSON, which has its members in this order.
  const keyID = sha256(JSON.stringify(material));
  const signed = (content: Root | Targets | Snapshot | Timestamp): string => {
    const metadata = new Metadata(content);
    metadata.sign((data) => new Signature({ keyID, sig: sign(null, data, privateKey).toString('hex') }));
    return JSON.stringify(metadata.toJSON());
  };
  const about = (content: string) => ({ length: Buffer.byteLength(content), hashes: { sha256: sha256(content) } });
  const head = { version: 1, specVersion: '1.0.0', expires: new Date(Date.now() + LIFETIME_MS).toISOString().replace(/\.\d+Z$/, 'Z') };

  const root = new Root({ ...head, consistentSnapshot: false });
  const key = new Key({ keyID, keyType: material.keytype, scheme: material.scheme, keyVal: material.keyval });
  for (const role of ['root', 'targets', 'snapshot', 'timestamp']) root.addKey(key, role);
  const targetList = new Targets(head);
  targetList.addTarget(new TargetFile({ path: TRUSTED_ROOT, ...about(trustedRoot) }));
  const targets = signed(targetList);
  const snapshot = signed(new Snapshot({ ...head, meta: { 'targets.json': new MetaFile({ version: 1, ...about(targets) }) } }));
  const timestamp = signed(new Timestamp({ ...head, snapshotMeta: new MetaFile({ version: 1, ...about(snapshot) }) }));
  const rootJson = signed(root);
  return new Map([
    ['/root.json', rootJson],
    ['/1.root.json', rootJson],
    ['/targets.json', targets],
    ['/snapshot.json', snapshot],
    ['/timestamp.json', timestamp],
    [`/targets/${TRUSTED_ROOT}`, trustedRoot],
  ]);
}

/** Serves the trusted root of a local Sigstore on a loopback port. */
export async function startTufMirror(trustedRoot: TrustedRootJson): Promise<TufMirror> {
  const files = renderRepository(JSON.stringify(trustedRoot));
  const server = createServer((request, response) => {
    const found = files.get(request.url ?? '');
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    root: files.get('/root.json') ?? '',
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
