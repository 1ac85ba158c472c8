import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fulcioHandler } from '@sigstore/mock';
import { certifyToken } from './fulcio';
import type { TokenClaims } from './fulcio';
import type { LogBody } from './logBodies';
import { canonicaliseProposal } from './rekorProposals';
import { enterIntoLog } from './services';
import type { SigstoreServices } from './services';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface SigningCertificateRequest {
  readonly certificateSigningRequest?: string;
  readonly publicKeyRequest?: object;
  readonly credentials?: { readonly oidcIdentityToken: string };
}

/**
 * Fulcio v2: https://github.com/sigstore/fulcio/blob/main/fulcio.proto. Cosign differs from `@sigstore/sign`, for which the mock was made,
 * in three ways: the token comes as a header, the signing request is base64 of PEM, and it takes 200 only. Subject and extensions are those
 * of the real Fulcio; the mock would take the subject of the token.
 */
async function issueCertificate(services: SigstoreServices, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const asked = JSON.parse(body.toString()) as SigningCertificateRequest;
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const csr = asked.certificateSigningRequest && Buffer.from(asked.certificateSigningRequest, 'base64').toString();
  const token = asked.credentials?.oidcIdentityToken ?? bearer ?? '';
  const { subject: subjectAltName, extensions } = certifyToken(claimsOf(token));
  const { certificateAuthority } = services;
  const authority: typeof certificateAuthority = {
    rootCertificate: certificateAuthority.rootCertificate,
    issueCertificate: (options) => certificateAuthority.issueCertificate({ ...options, subjectAltName, extensions: [...extensions] }),
  };
  const { statusCode, response } = await fulcioHandler(authority).fn(
    JSON.stringify({
      ...asked,
      ...(csr ? { certificateSigningRequest: csr } : {}),
      credentials: { oidcIdentityToken: token },
    }),
  );
  return { status: statusCode === 201 ? 200 : statusCode, body: response as string };
}

const claimsOf = (token: string): TokenClaims => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as TokenClaims;

/** Rekor v1: https://github.com/sigstore/rekor/blob/main/openapi.yaml. Without the ETag that names the entry, cosign panics. */
async function createEntry(services: SigstoreServices, body: Buffer): Promise<Answer> {
  const proposal = JSON.parse(body.toString()) as LogBody;
  const { uuid, ...entry } = await enterIntoLog(services, canonicaliseProposal(proposal));
  return {
    status: 201,
    body: JSON.stringify({ [uuid]: entry }),
    headers: { etag: uuid, location: `/api/v1/log/entries/${uuid}` },
  };
}

async function answer(services: SigstoreServices, request: IncomingMessage): Promise<Answer> {
  const body = await buffer(request);
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'POST /api/v2/signingCert':
      return issueCertificate(services, request, body);
    case 'POST /api/v1/log/entries':
      return createEntry(services, body);
    default:
      return { status: 404, body: JSON.stringify({ code: 404, message: `no such route: ${request.method ?? ''} ${request.url ?? ''}` }) };
  }
}

function respond(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

/** Fulcio and Rekor on one loopback port. */
export class HttpFront {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(services: SigstoreServices): Promise<HttpFront> {
    const server = createServer((request, response) => {
      answer(services, request).then(
        (found) => respond(response, found),
        (error: unknown) => respond(response, { status: 400, body: JSON.stringify({ code: 400, message: String(error) }) }),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpFront(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops listening and drops open connections. */
  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
