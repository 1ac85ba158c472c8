import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

/**
 * The Kubernetes API by https. The maintained client (@kubernetes/client-node) is an ES module, which Jest loads only under an experimental
 * flag of Node; we need six requests of it, as data, with their Warning headers.
 */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What the API server answered: a refusal is a result, not an exception. */
export interface ApiResult {
  readonly ok: boolean;
  /** HTTP status. */
  readonly status: number;
  /** `Forbidden`, `Invalid`, `NotFound` ...; empty when it is ok. */
  readonly reason: string;
  /** The server's own words; empty when it is ok. */
  readonly message: string;
  /** Texts of its Warning headers, such as Pod Security's about the template of a Deployment. */
  readonly warnings: readonly string[];
  /** The answer: the object as stored (or as it would be), a list, or a Status. */
  readonly body: unknown;
}

/** Whom a request is made as, by impersonation; the default is the administrator. */
export interface ApiUser {
  readonly name: string;
  readonly groups?: readonly string[];
}

export interface ApiRequest {
  readonly body?: string | object;
  readonly contentType?: string;
  readonly as?: ApiUser;
}

interface ServedResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
}

export class ApiClient {
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent;
  readonly #discovered = new Map<string, readonly ServedResource[]>();

  /** @param ca PEM of the certificate that the server shows */
  constructor(url: string, ca: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#agent = new Agent({ ca, keepAlive: true });
  }

  /** @param path with query, from `/api` or `/apis` on */
  async request(method: string, path: string, { body, contentType = 'application/json', as }: ApiRequest = {}): Promise<ApiResult> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      accept: 'application/json',
      ...(payload !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
      ...(as && { 'impersonate-user': as.name, 'impersonate-group': [...(as.groups ?? [])] }),
    };
    const { status, answer, warnings } = await new Promise<{ status: number; answer: string; warnings: string[] }>((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, { method, headers, agent: this.#agent }, (response) => {
        const found = (response.headersDistinct['warning'] ?? []).map(warningText);
        text(response).then((read) => resolve({ status: response.statusCode ?? 0, answer: read, warnings: found }), reject);
      });
      sent.once('error', reject);
      sent.end(payload);
    });
    const ok = status >= 200 && status < 300;
    const parsed = parseJson(answer);
    const told = (ok ? {} : parsed) as StatusBody;
    return { ok, status, reason: told.reason ?? '', message: ok ? '' : (told.message ?? answer), warnings, body: parsed };
  }

  /** Path of the object that the manifest names (or of its collection), found by discovery; undefined when the server serves no such kind. */
  async pathOf(manifest: Manifest, target: 'object' | 'collection' = 'object'): Promise<string | undefined> {
    const { apiVersion, kind, metadata } = manifest;
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = await this.#find(group, kind);
    if (resource === undefined) return undefined;
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const name = target === 'object' ? `/${metadata.name ?? ''}` : '';
    return `${group}${namespace}/${resource.name}${name}`;
  }

  /**
   * Whether the server lists the resource among what it serves.
   *
   * @param group `/apis/GROUP/VERSION`
   * @param resource plural name
   */
  async isServed(group: string, resource: string): Promise<boolean> {
    return (await this.#discover(group))?.some(({ name }) => name === resource) ?? false;
  }

  async #find(group: string, kind: string): Promise<ServedResource | undefined> {
    const among = (resources: readonly ServedResource[] | undefined) =>
      resources?.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    const known = among(this.#discovered.get(group));
    if (known !== undefined) return known;
    const resources = await this.#discover(group);
    if (resources !== undefined) this.#discovered.set(group, resources);
    return among(resources);
  }

  async #discover(group: string): Promise<readonly ServedResource[] | undefined> {
    const { ok, body } = await this.request('GET', group);
    return ok ? (body as { readonly resources: readonly ServedResource[] }).resources : undefined;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** RFC 7234: `299 - "text"`; quotes and backslashes in the text are escaped. */
function warningText(header: string): string {
  const quoted = /^\d{3} \S+ "((?:[^"\\]|\\.)*)"/.exec(header)?.[1];
  return quoted === undefined ? header : quoted.replace(/\\(.)/g, '$1');
}

function parseJson(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return {};
  }
}
