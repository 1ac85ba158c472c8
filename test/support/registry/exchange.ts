import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request with its body read, and the means to answer it. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly response: ServerResponse;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends the answer; a HEAD gets the headers of the GET, content length included. */
export function send(exchange: Exchange, answer: Answer): void {
  const body = Buffer.from(answer.body ?? '');
  exchange.response.writeHead(answer.status, { 'content-length': String(body.length), ...answer.headers });
  exchange.response.end(exchange.method === 'HEAD' ? undefined : body);
}

export function json(status: number, content: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(content) };
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
export function registryError(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, { errors: [{ code, message: code.toLowerCase().replaceAll('_', ' '), detail: null }] }, headers);
}
