import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';
import { ImageVerifier, loadInlineTrustPolicy } from '../../verification';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import { summary, trustPolicyOf } from '../support/verify';

describe('a trust root by TUF', () => {
  it('verifies what the served root vouches for, and is undetermined when the repository is gone', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'tuf-root-'));
    const supplyChain = await startSupplyChain();
    const repository = initializeTUFRepo([{ name: 'trusted_root.json', content: JSON.stringify(supplyChain.sigstore.trustedRootJson) }]);
    const handlers = tufHandlers(repository, { metadataPathPrefix: '' });
    const server = createServer((request, response) => {
      const found = handlers.find((handler) => handler.path === request.url)?.fn() ?? { statusCode: 404, response: '' };
      response.writeHead(found.statusCode).end(found.response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(path.join(directory, 'root.json'), handlers[0]!.fn().response);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = async (at: string) => {
      const policy = trustPolicyOf(supplyChain, { trustRoots: [{ name: 'local', tuf: { url: at, root: 'root.json' } }] });
      const loaded = await loadInlineTrustPolicy(policy, 'test policy', directory);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding));
      return new ImageVerifier(loaded.value);
    };
    const cacheHome = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = directory;
    try {
      const [good, foreign] = [supplyChain.push('acme/tuf'), supplyChain.push('acme/tuf-foreign')];
      await supplyChain.sign(good, RELEASE_WORKFLOW);
      await supplyChain.sign(foreign, FOREIGN_WORKFLOW);
      const verifier = await open(url);
      expect(await verifier.verify(good.reference)).toMatchObject({ outcome: 'verified' });
      expect(summary(await verifier.verify(foreign.reference))).toEqual({ outcome: 'rejected', codes: ['identity-mismatch'] });
      const gone = await (await open('http://127.0.0.1:1')).verify(good.reference);
      expect(summary(gone)).toEqual({ outcome: 'undetermined', codes: ['trust-root-unavailable'] });
    } finally {
      if (cacheHome === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = cacheHome;
      server.closeAllConnections();
      server.close();
      await supplyChain.stop();
    }
  }, 30_000);
});
