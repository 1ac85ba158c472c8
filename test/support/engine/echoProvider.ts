import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { passThrough, serveProvider, unary } from './providerServer';
import type { RunningProvider } from './providerServer';

/**
 * An honest stand-in for resource providers that cannot be built from Go modules (kubernetes, aws, github): it accepts every resource and
 * echoes the checked inputs as outputs. It validates nothing and creates nothing; what only a real provider knows (defaults, computed
 * outputs) is missing, and an output that is not an input stays unknown at preview, as it would with a real provider.
 */
export interface EchoProvider extends RunningProvider {
  /** URNs of everything that was created, in order. */
  readonly created: readonly string[];
}

export interface EchoProviderOptions {
  /** Provider packages to stand in for. */
  readonly packages?: readonly string[];
  /** Outputs that a real provider would compute on create, by resource type; unknown at preview. */
  readonly computed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
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
  return { ...(await serveProvider(packages, { ...passThrough, create: creator(created, computed) })), created };
}
