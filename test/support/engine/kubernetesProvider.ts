import { randomBytes } from 'node:crypto';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import type { ApiResult, Manifest } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';
import { passThrough, serveProvider, unary } from './providerServer';
import type { RunningProvider } from './providerServer';

/**
 * A stand-in for the kubernetes provider, which is not published as a Go module: `pulumi up` applies every resource on the server's side to a
 * real API server, so that it meets real defaults and real admission. Unlike the real one it does nothing at preview, waits for nothing
 * after an apply, and knows neither Helm nor YAML files.
 */
export function startKubernetesProvider(cluster: Cluster): Promise<RunningProvider> {
  return serveProvider(['kubernetes'], {
    ...passThrough,
    configure: unary<provider.ConfigureRequest, provider.ConfigureResponse>(() => {
      const response = new provider.ConfigureResponse();
      // The engine sends secrets as plain values then: the API server must get them as they are.
      response.setAcceptsecrets(false);
      response.setSupportspreview(false);
      return response;
    }),
    check: unary<provider.CheckRequest, provider.CheckResponse>((request) => {
      const response = new provider.CheckResponse();
      response.setInputs(Struct.fromJavaScript(named(request)));
      return response;
    }),
    diff: unary<provider.DiffRequest, provider.DiffResponse>(diff),
    create: unary<provider.CreateRequest, provider.CreateResponse>(async (request) => {
      const stored = await apply(cluster, request.getProperties(), 'created');
      const response = new provider.CreateResponse();
      response.setId(idOf(stored));
      response.setProperties(outputs(stored));
      return response;
    }),
    update: unary<provider.UpdateRequest, provider.UpdateResponse>(async (request) => {
      const response = new provider.UpdateResponse();
      response.setProperties(outputs(await apply(cluster, request.getNews(), 'updated')));
      return response;
    }),
    delete: unary<provider.DeleteRequest, Empty>(async (request) => {
      const manifest = manifestOf(request.getProperties());
      const deleted = await cluster.delete(manifest);
      if (!deleted.ok && deleted.status !== 404) throw new Error(refusal(manifest, 'deleted', deleted));
      return new Empty();
    }),
  });
}

const manifestOf = (properties: Struct | undefined): Manifest => (properties?.toJavaScript() ?? {}) as unknown as Manifest;

const idOf = ({ metadata: { namespace, name = '' } }: Manifest): string => (namespace === undefined ? name : `${namespace}/${name}`);

/** The inputs, with a name if the program gave none: what it was called before, or one that the provider makes up as the real one does. */
function named(request: provider.CheckRequest): Record<string, JavaScriptValue> {
  const inputs = manifestOf(request.getNews()) as Partial<Manifest>;
  const { metadata } = inputs;
  if (metadata?.name !== undefined || metadata?.generateName !== undefined) return inputs as Record<string, JavaScriptValue>;
  const before = (manifestOf(request.getOlds()) as Partial<Manifest>).metadata?.name;
  const name = before ?? `${request.getUrn().split('::').at(-1) ?? ''}-${randomBytes(4).toString('hex')}`;
  return { ...inputs, metadata: { ...metadata, name } } as Record<string, JavaScriptValue>;
}

function diff(request: provider.DiffRequest): provider.DiffResponse {
  const [before, after] = [manifestOf(request.getOldInputs()), manifestOf(request.getNews())];
  const response = new provider.DiffResponse();
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  response.setChanges(changed ? provider.DiffResponse.DiffChanges.DIFF_SOME : provider.DiffResponse.DiffChanges.DIFF_NONE);
  // An object keeps its name for life: another name is another object.
  if (idOf(before) !== idOf(after)) response.setReplacesList(['metadata']);
  return response;
}

async function apply(cluster: Cluster, properties: Struct | undefined, done: string): Promise<Manifest> {
  const manifest = manifestOf(properties);
  const result = await cluster.apply(manifest);
  if (!result.ok) throw new Error(refusal(manifest, done, result));
  return result.body as Manifest;
}

const refusal = (manifest: Manifest, done: string, { message }: ApiResult): string =>
  `resource ${idOf(manifest)} was not successfully ${done} by the Kubernetes API server: ${message}`;

/** The object as stored, without the server's record of who set which field. */
function outputs(stored: Manifest): Struct {
  const metadata = Object.fromEntries(Object.entries(stored.metadata).filter(([field]) => field !== 'managedFields'));
  return Struct.fromJavaScript({ ...stored, metadata });
}
