import * as grpc from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import * as plugin from '@pulumi/pulumi/proto/plugin_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import * as providerRpc from '@pulumi/pulumi/proto/provider_grpc_pb';

type Unary<Request, Response> = (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => void;

/** A method that answers at once or later; an exception becomes the error of the resource, with its message. */
export const unary =
  <Request, Response>(answer: (request: Request) => Response | Promise<Response>): Unary<Request, Response> =>
  (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };

/** What every provider of ours answers alike; resources pass through unchanged. */
export const passThrough = {
  getPluginInfo: unary<Empty, plugin.PluginInfo>(() => {
    const info = new plugin.PluginInfo();
    // Newer than any SDK asks for: the engine warns about older plugins, and a stand-in has no version of its own.
    info.setVersion('999.0.0');
    return info;
  }),
  attach: unary<plugin.PluginAttach, Empty>(() => new Empty()),
  cancel: unary<Empty, Empty>(() => new Empty()),
  getSchema: unary<provider.GetSchemaRequest, provider.GetSchemaResponse>(() => {
    const response = new provider.GetSchemaResponse();
    response.setSchema('{}');
    return response;
  }),
  checkConfig: unary<provider.CheckRequest, provider.CheckResponse>(checked),
  diffConfig: unary<provider.DiffRequest, provider.DiffResponse>(() => new provider.DiffResponse()),
  configure: unary<provider.ConfigureRequest, provider.ConfigureResponse>(() => {
    const response = new provider.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setAcceptresources(true);
    response.setAcceptoutputs(true);
    // Without preview support the engine takes inputs for outputs at preview: exactly an echo.
    response.setSupportspreview(false);
    return response;
  }),
  check: unary<provider.CheckRequest, provider.CheckResponse>(checked),
  diff: unary<provider.DiffRequest, provider.DiffResponse>((request) => {
    const response = new provider.DiffResponse();
    const changed = JSON.stringify(request.getOldInputs()?.toJavaScript()) !== JSON.stringify(request.getNews()?.toJavaScript());
    response.setChanges(changed ? provider.DiffResponse.DiffChanges.DIFF_SOME : provider.DiffResponse.DiffChanges.DIFF_NONE);
    return response;
  }),
  update: unary<provider.UpdateRequest, provider.UpdateResponse>((request) => {
    const response = new provider.UpdateResponse();
    response.setProperties(request.getNews());
    return response;
  }),
  delete: unary<provider.DeleteRequest, Empty>(() => new Empty()),
  invoke: unary<provider.InvokeRequest, provider.InvokeResponse>(() => {
    const response = new provider.InvokeResponse();
    response.setReturn(Struct.fromJavaScript({}));
    return response;
  }),
};

function checked(request: provider.CheckRequest): provider.CheckResponse {
  const response = new provider.CheckResponse();
  response.setInputs(request.getNews());
  return response;
}

/** A provider that the engine attaches to. */
export interface RunningProvider {
  /** Value for `PULUMI_DEBUG_PROVIDERS`, which makes the engine attach to this process instead of looking for plugins. */
  readonly attach: string;
  close(): void;
}

/** Serves the methods on a loopback port, as the provider of these packages. */
export async function serveProvider(
  packages: readonly string[],
  methods: Partial<Record<keyof providerRpc.IResourceProviderServer, grpc.UntypedHandleCall>>,
): Promise<RunningProvider> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
  server.addService(providerRpc.ResourceProviderService, methods as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    attach: packages.map((name) => `${name}:${port}`).join(','),
    close: () => server.forceShutdown(),
  };
}
