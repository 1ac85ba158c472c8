import { request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostileHandler, HostileRegistry } from './hostileRegistry';
import { startHostileRegistry } from './hostileRegistry';

/** What to do instead of forwarding a request; undefined forwards it. */
export type FaultRule = (path: string) => HostileHandler | undefined;

/**
 * A registry that is honest except where the rule says otherwise: everything else is passed on to `target`. The `Host` header is kept, so
 * that token realms point back here.
 *
 * @param target `127.0.0.1:PORT`
 */
export async function startFaultyRegistry(target: string, rule: FaultRule): Promise<HostileRegistry> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const fault = rule(request.url ?? '/');
    if (fault === undefined) pass(target, request, response);
    else fault(request, response);
  };
  return await startHostileRegistry({ '*': handle });
}

/** Passes a request on and its answer back. */
function pass(target: string, request: IncomingMessage, response: ServerResponse): void {
  const { url = '/', method = 'GET', headers } = request;
  const onward = forward(`http://${target}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

/** Announces the whole body, sends half of it, and hangs up. */
export function truncated(body: string): HostileHandler {
  return (request, response) => {
    response.writeHead(200, { 'content-length': String(body.length) });
    response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
  };
}

/** One byte at a time, for ever. */
export function slow(): HostileHandler {
  return (_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  };
}
