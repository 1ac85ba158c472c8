import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { SERVER_AUTH_OID, issueCertificate } from '../support/sigstore/certificates';
import { createLocalSigstore } from '../support/sigstore/localSigstore';
import { generateSigningKey } from '../support/sigstore/services';
import { certificatePem } from '../support/sigstore/signers';

const HOST = 'registry.acme.example';

/** In a process of its own, since the settings are those of a process. */
describe('the network environment of a process', () => {
  let directory: string;
  let registry: Server;
  let proxy: Server;
  const tunnels: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'network-'));
    const { services } = await createLocalSigstore();
    const key = generateSigningKey();
    const names = [{ kind: 'dns', value: HOST }] as const;
    const certificate = await issueCertificate(services, {
      publicKey: key.publicKey,
      names,
      extendedKeyUsages: [SERVER_AUTH_OID],
      logged: false,
    });
    const root = services.certificateAuthority.rootCertificate;
    writeFileSync(path.join(directory, 'ca.pem'), certificatePem(Buffer.from(root.buffer, root.byteOffset, root.byteLength)));
    const options = { key: key.privateKey.export({ format: 'pem', type: 'pkcs8' }), cert: certificatePem(certificate) };
    const body = '{"schemaVersion":2,"layers":[]}';
    registry = await listening(createServer(options, (_request, response) => void response.end(body)));
    proxy = await listening(createPlainServer());
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const upstream = connect(portOf(registry), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
  });
  afterAll(() => {
    for (const server of [registry, proxy]) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => (tunnels.length = 0));

  /** Resolves an image in a fresh process; prints `true` or the finding. */
  async function resolve(image: string, environment: Readonly<Record<string, string>>): Promise<string> {
    const root = path.join(__dirname, '..', '..');
    const script = `
      import { createRegistryClient } from '${root}/verification/registry/ociClient';
      import { parseReference } from '${root}/verification/reference/reference';
      const parsed = parseReference('${image}');
      if (!parsed.ok) throw new Error('no reference');
      const client = createRegistryClient({ credentials: () => undefined, limits: { retries: 0 } });
      void client.resolve(parsed.value, AbortSignal.timeout(5000)).then((found) => console.log(found.ok ? 'true' : JSON.stringify(found.finding)));
    `;
    const file = path.join(directory, 'resolve.ts');
    writeFileSync(file, script);
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: root, env: { ...process.env, ...environment } });
    return (await run).stdout.trim();
  }

  it('goes through HTTPS_PROXY and trusts SSL_CERT_FILE', async () => {
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, SSL_CERT_FILE: path.join(directory, 'ca.pem') };
    expect(await resolve(`${HOST}/team/app:v1`, environment)).toBe('true');
    expect(tunnels).toEqual([`${HOST}:443`]);
  });

  it('does not trust a private authority unasked, and says that TLS failed', async () => {
    const finding = await resolve(`${HOST}/team/app:v1`, { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, SSL_CERT_FILE: '' });
    expect(finding).toContain('registry-unreachable');
    expect(finding).toMatch(/certificate/);
  });

  it('goes around the proxy for this machine', async () => {
    const plain = await listening(createPlainServer((_request, response) => void response.end('{"schemaVersion":2,"layers":[]}')));
    const environment = { HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: 'other.example' };
    expect(await resolve(`127.0.0.1:${portOf(plain)}/team/app:v1`, environment)).toBe('true');
    plain.closeAllConnections();
    plain.close();
  });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening<S extends Server>(server: S): Promise<S> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
