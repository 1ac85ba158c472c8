import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';
import { createLocalSigstore } from '../sigstore/localSigstore';
import type { Answer } from './attempt';

/** A TUF repository on loopback that vouches for a Sigstore of its own. */
export interface LocalTufRepository {
  readonly url: string;
  /** Its first `root.json`: what a policy names. */
  readonly rootFile: string;
  /** Every file that it serves, by name: what an attacker with a repository of his own can write into a cache. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Public key of the transparency log in the served root, to tell whose Sigstore was believed. */
  readonly logKey: string;
  stop(): Promise<void>;
}

export async function startTufRepository(): Promise<LocalTufRepository> {
  const { trustedRootJson } = await createLocalSigstore();
  const repository = initializeTUFRepo([{ name: 'trusted_root.json', content: JSON.stringify(trustedRootJson) }]);
  const handlers = tufHandlers(repository, { metadataPathPrefix: '' });
  const server = createServer((request, response) => {
    const found = handlers.find((handler) => handler.path === request.url)?.fn() ?? { statusCode: 404, response: '' };
    response.writeHead(found.statusCode).end(found.response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rootFile = path.join(mkdtempSync(path.join(tmpdir(), 'tuf-anchor-')), 'root.json');
  writeFileSync(rootFile, handlers[0]!.fn().response);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rootFile,
    files: new Map(
      handlers.flatMap((handler) => {
        const { statusCode, response } = handler.fn();
        return statusCode === 200 ? [[handler.path.replace(/^\//, ''), Buffer.from(response)] as const] : [];
      }),
    ),
    logKey: trustedRootJson.tlogs[0]!.publicKey.rawBytes,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where the files of a repository lie in a cache directory. */
export const cacheOf = (cacheDirectory: string, url: string): string => path.join(cacheDirectory, encodeURIComponent(new URL(url).host));

/**
 * Loads the trust root in a program of its own: in Jest, errors of Node are of another realm, and code that asks for their class takes another way.
 *
 * @returns `accepted` when a trust root was loaded that believes the log of `expectedLog`
 */
export async function loadThrough(
  { url, rootFile }: Pick<LocalTufRepository, 'url' | 'rootFile'>,
  cacheDirectory: string,
  expectedLog: string,
): Promise<Answer> {
  const script = path.join(__dirname, 'loadTrustRoot.ts');
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    tsx,
    script,
    JSON.stringify({ url, rootFile, cacheDirectory, expectedLog }),
  ]);
  return JSON.parse(stdout) as Answer;
}
