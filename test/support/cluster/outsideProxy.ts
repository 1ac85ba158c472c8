import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The way out of the machine for a process of the rig: what it asks for is written down, and refused unless a test stands in for it. */
export interface OutsideProxy {
  readonly url: string;
  /** Every host and port that was asked for, with the way: `CONNECT ghcr.io:443` (TLS) or `http://10.0.0.9:5000` (read in plain text). */
  readonly asked: ReadonlySet<string>;
  stop(): Promise<void>;
}

/**
 * Starts a proxy that lets nobody out. Tests about hosts beyond this machine give the same answer with and without a network, and can tell
 * which hosts were asked.
 *
 * @param standIns plain HTTP hosts that exist nevertheless: `10.0.0.9:5000` -> `127.0.0.1:PORT`; may be filled later
 */
export async function startOutsideProxy(standIns: ReadonlyMap<string, string> = new Map()): Promise<OutsideProxy> {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://no-proxy-request');
    asked.add(url.origin);
    const target = standIns.get(url.host);
    if (target === undefined) response.writeHead(502).end('nothing beyond this machine exists');
    else pass(target, url, request, response);
  });
  server.on('connect', (request, socket) => {
    asked.add(`CONNECT ${request.url ?? ''}`);
    // Who hangs up first does not matter.
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 502 nothing beyond this machine exists\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pass(target: string, { pathname, search }: URL, request: IncomingMessage, response: ServerResponse): void {
  const onward = forward(`http://${target}${pathname}${search}`, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

/** Environment of a process that has no other way out. Loopback addresses need no proxy (Go leaves them out by itself). */
export function onlyThrough({ url }: Pick<OutsideProxy, 'url'>): Readonly<Record<string, string>> {
  const proxy = { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '127.0.0.1,localhost' };
  return Object.fromEntries(Object.entries(proxy).flatMap(([name, value]) => [name, name.toLowerCase()].map((key) => [key, value])));
}
