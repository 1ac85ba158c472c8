import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections: a port from there could be gone before the tool binds it. */
const [LOWEST, HIGHEST] = [20_000, 30_000];

/** Ports that this process has given to a tool which may not have bound them yet. */
const given = new Set<number>();

/** A loopback port that nobody listens on, for a tool that cannot take port 0. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
