import type * as pulumi from '@pulumi/pulumi';

import { choice, namespaceName } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import { unknownArguments } from '../../arguments/unknownArguments';
import { NameEgressProvider, NetworkProtocol } from './args/network';
import type { ModelNetworkArgs, PodPeerArgs } from './args/network';
import { cidr, hostName, labelName, labelValue, portNumber } from './networkChecks';

/** Pods as a peer of a network policy. */
export interface PodPeer {
  /** `undefined`: the namespace of the server. */
  readonly namespace: pulumi.Input<string> | undefined;
  readonly podLabels: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Openings with every default filled in and every value judged. */
export interface NetworkSettings {
  readonly sameNamespaceClients: boolean;
  readonly clients: readonly PodPeer[];
  /** What the server may ask for names: nothing, the DNS pods of the cluster, or these addresses. */
  readonly dns: 'closed' | 'kubeDns' | readonly string[];
  readonly egressToPods: readonly (PodPeer & { readonly ports: readonly pulumi.Input<number>[] })[];
  readonly egress: readonly {
    readonly cidr: string;
    readonly ports: readonly pulumi.Input<number>[];
    readonly protocol: NetworkProtocol;
  }[];
  readonly names:
    | {
        readonly provider: NameEgressProvider;
        readonly hosts: readonly { readonly host: pulumi.Input<string>; readonly ports: readonly pulumi.Input<number>[] }[];
      }
    | undefined;
  readonly awsPodIdentity: boolean;
}

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelNetworkArgs, true>> = {
  clients: true,
  sameNamespaceClients: true,
  dns: true,
  dnsServers: true,
  egressToPods: true,
  egress: true,
  egressByName: true,
  nameEgressProvider: true,
  awsPodIdentity: true,
};

/** Fills in the defaults of `args`, found at `network`, and judges every value. */
export function networkSettings(args: ModelNetworkArgs, problems: ArgumentProblems): NetworkSettings {
  unknownArguments('network', args, KNOWN_ARGUMENTS, problems);
  const ports = (path: string, values: readonly pulumi.Input<number>[] | undefined): readonly pulumi.Input<number>[] => {
    // TypeScript asks for the list; JavaScript and YAML do not.
    if (values === undefined || values.length === 0) {
      problems.add(path, {
        expected: 'at least one port',
        found: values === undefined ? 'nothing' : 'an empty list',
        fix: 'name the ports: an opening of all ports is none',
      });
      return [];
    }
    return values.map((port, index) => problems.check(`${path}[${index}]`, port, portNumber));
  };
  const servers = args.dnsServers?.map((server, index) => plainCidr(`network.dnsServers[${index}]`, server, problems));
  const names = nameEgress(args, problems, ports);
  return {
    sameNamespaceClients: args.sameNamespaceClients ?? true,
    clients: (args.clients ?? []).map((peer, index) => podPeer(`network.clients[${index}]`, peer, problems)),
    dns: dnsOpening(args, servers, names, problems),
    egressToPods: (args.egressToPods ?? []).map((peer, index) => ({
      ...podPeer(`network.egressToPods[${index}]`, peer, problems),
      ports: ports(`network.egressToPods[${index}].ports`, peer.ports),
    })),
    egress: (args.egress ?? []).map((opening, index) => ({
      cidr: plainCidr(`network.egress[${index}].cidr`, opening.cidr, problems),
      ports: ports(`network.egress[${index}].ports`, opening.ports),
      protocol: protocolOf(`network.egress[${index}].protocol`, opening.protocol, problems),
    })),
    names,
    awsPodIdentity: args.awsPodIdentity ?? false,
  };
}

function protocolOf(path: string, given: NetworkProtocol | undefined, problems: ArgumentProblems): NetworkProtocol {
  const protocol = given ?? NetworkProtocol.Tcp;
  problems.add(path, choice(Object.values(NetworkProtocol))(protocol));
  return protocol;
}

function plainCidr(path: string, value: string, problems: ArgumentProblems): string {
  problems.add(path, cidr(value));
  return value;
}

function podPeer(path: string, { namespace, podLabels = {} }: PodPeerArgs, problems: ArgumentProblems): PodPeer {
  if (namespace === undefined && Object.keys(podLabels).length === 0) {
    problems.add(path, {
      expected: 'a namespace, labels of pods, or both',
      found: 'neither',
      fix: 'name the namespace, or a label of the pods',
    });
  }
  for (const label of Object.keys(podLabels)) {
    problems.add(`${path}.podLabels`, labelName(label));
  }
  return {
    namespace: namespace === undefined ? undefined : problems.check(`${path}.namespace`, namespace, namespaceName),
    podLabels: Object.fromEntries(
      Object.entries(podLabels).map(([label, value]) => [label, problems.check(`${path}.podLabels["${label}"]`, value, labelValue)]),
    ),
  };
}

/**
 * Cilium answers for names by a DNS rule of its own, for exactly the hosts that are named. A second rule that opens DNS as a whole would win
 * over it: any name could be asked, and so carry data out.
 */
function dnsOpening(
  args: ModelNetworkArgs,
  servers: readonly string[] | undefined,
  names: NetworkSettings['names'],
  problems: ArgumentProblems,
): NetworkSettings['dns'] {
  const opened = args.dns ?? names?.provider === NameEgressProvider.EksAuto;
  if (!opened && servers !== undefined) {
    problems.add('network.dnsServers', {
      expected: 'nothing, as DNS stays closed',
      found: 'addresses',
      fix:
        names?.provider !== NameEgressProvider.Cilium
          ? 'set network.dns to true, or remove them'
          : 'remove them: Cilium opens the DNS pods for the named hosts by itself',
    });
  }
  return opened ? (servers ?? 'kubeDns') : 'closed';
}

function nameEgress(
  args: ModelNetworkArgs,
  problems: ArgumentProblems,
  ports: (path: string, values: readonly pulumi.Input<number>[]) => readonly pulumi.Input<number>[],
): NetworkSettings['names'] {
  const { nameEgressProvider: provider, egressByName = [] } = args;
  if (egressByName.length === 0) {
    if (provider !== undefined) {
      problems.add('network.egressByName', { expected: 'at least one host', found: 'none', fix: 'name one, or remove nameEgressProvider' });
    }
    return undefined;
  }
  const hosts = egressByName.map((opening, index) => ({
    host: problems.check(`network.egressByName[${index}].host`, opening.host, hostName),
    ports: ports(`network.egressByName[${index}].ports`, opening.ports ?? [443]),
  }));
  if (provider === undefined) {
    problems.add('network.nameEgressProvider', {
      expected: 'who enforces openings by name',
      found: 'nothing',
      fix: 'set "cilium" or "eksAuto"; without either, open addresses with network.egress',
    });
    return undefined;
  }
  problems.add('network.nameEgressProvider', choice(Object.values(NameEgressProvider))(provider));
  if (provider === NameEgressProvider.Cilium && args.dns === true) {
    problems.add('network.dns', {
      expected: 'DNS for the named hosts only, which Cilium opens by itself',
      found: 'true',
      fix: 'remove it: it would let the server ask for any name',
    });
  }
  if (provider === NameEgressProvider.EksAuto && args.dnsServers === undefined) {
    problems.add('network.dnsServers', {
      expected: 'the address of the cluster DNS, which EKS Auto Mode runs on the node',
      found: 'nothing',
      fix: 'set it to the tenth address of the service network: "172.20.0.10/32"',
    });
  }
  return { provider, hosts };
}
