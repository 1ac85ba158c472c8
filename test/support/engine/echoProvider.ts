import * as grpc from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import * as plugin from '@pulumi/pulumi/proto/plugin_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import * as providerRpc from '@pulumi/pulumi/proto/provider_grpc_pb';

/**
 * An honest stand-in for resource providers that cannot be built from Go modules (kubernetes, aws, github): it accepts every resource and
 * echoes the checked inputs as outputs. It validates nothing and creates nothing; what only a real provider knows (defaults, computed
 * outputs) is missing, and an output that is not an input stays unknown at preview, as it would with a real provider.
 */
export interface EchoProvider {
  /** Value for `PULUMI_DEBUG_PROVIDERS`, which makes the engine attach to this process instead of looking for plugins. */
  readonly attach: string;
  /** URNs of everything that was created, in order. */
  readonly created: readonly string[];
  close(): void;
}

export interface EchoProviderOptions {
  /** Provider packages to stand in for. */
  readonly packages?: readonly string[];
  /** Outputs that a real provider would compute on create, by resource type; unknown at preview. */
  readonly computed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Unary<Request, Response> = (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => void;

const unary =
  <Request, Response>(answer: (request: Request) => Response): Unary<Request, Response> =>
  (call, callback) =>
    callback(null, answer(call.request));

const service = {
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

function creator(created: string[], computed: EchoProviderOptions['computed'] = {}) {
  return unary<provider.CreateRequest, provider.CreateResponse>((request) => {
    const urn = request.getUrn();
    created.push(urn);
    const properties = { ...request.getProperties()?.toJavaScript(), ...computed[typeOf(urn)] };
    const response = new provider.CreateResponse();
    response.setId(urn.split('::').at(-1) ?? 'id');
    response.setProperties(Struct.fromJavaScript(properties));
    return response;
  });
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
const typeOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** Starts the stand-in on a loopback port. */
export async function startEchoProvider({ packages = ['kubernetes', 'aws'], computed }: EchoProviderOptions = {}): Promise<EchoProvider> {
  const created: string[] = [];
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
  server.addService(providerRpc.ResourceProviderService, { ...service, create: creator(created, computed) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    attach: packages.map((name) => `${name}:${port}`).join(','),
    created,
    close: () => server.forceShutdown(),
  };
}
