import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request however it likes; what it leaves open stays open until `close`. */
export type HostileHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handlers by exact path, query excluded; `*` answers the rest. Without `*`: 404. */
export type HostileRoutes = Readonly<Record<string, HostileHandler>>;

export interface HostileRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Every request in order of arrival, path with query. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Starts a server that misbehaves exactly as its handlers say. */
export async function startHostileRegistry(routes: HostileRoutes): Promise<HostileRegistry> {
  const requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? '', path, headers: request.headers });
    // A client that hangs up on us is the wanted outcome of many tests.
    response.on('error', () => undefined);
    const handler = routes[path.split('?')[0] ?? ''] ?? routes['*'] ?? respond(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

/** One fixed answer. */
export function respond(status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): HostileHandler {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** The answers in turn; the last one repeats. */
export function inTurn(...handlers: readonly [HostileHandler, ...HostileHandler[]]): HostileHandler {
  let next = 0;
  return (request, response) => {
    const handler = handlers[Math.min(next, handlers.length - 1)] ?? handlers[0];
    next += 1;
    handler(request, response);
  };
}

/** A body that never ends, as fast as the client reads. */
export function endless(headers: Readonly<Record<string, string>> = {}): HostileHandler {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  return (_request, response) => {
    response.writeHead(200, headers);
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pump);
    pump();
  };
}

/** Headers and a first byte, then silence. */
export function stalled(headers: Readonly<Record<string, string>> = {}): HostileHandler {
  return (_request, response) => void response.writeHead(200, headers).write('{');
}

/** Accepts the request and never answers. */
export function silent(): HostileHandler {
  return () => undefined;
}

/** Cuts the connection before the first byte of the answer. */
export function hangUp(): HostileHandler {
  return (request) => void request.socket.destroy();
}

export function redirectTo(location: string, status = 307): HostileHandler {
  return respond(status, '', { location });
}
