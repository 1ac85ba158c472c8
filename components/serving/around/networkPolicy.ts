import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { credentialAddressesIn, parseNetwork, POD_IDENTITY_CIDRS } from './metadataAddresses';
import type { ServingIdentity } from './identity';
import { metadataOf } from './identity';
import type { NetworkSettings, PodPeer } from './network';

type NetworkPolicy = k8s.types.input.networking.v1.NetworkPolicy;
type IngressRule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** Label that every namespace bears with its own name. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Where clusters run DNS, unless it runs on the nodes. */
export const DNS_NAMESPACE = 'kube-system';
export const DNS_POD_LABEL = { name: 'k8s-app', value: 'kube-dns' } as const;

const DNS_PORTS: readonly Port[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/** An opening that something else than the network arguments brings: a gateway in front of the server, a monitor that reads its metrics. */
export interface IngressOpening {
  readonly from: readonly PodPeer[];
  /** Name or number of the port. */
  readonly port: pulumi.Input<string | number>;
}

/** Who may talk to the server, and to whom it may talk: nobody that is not named. An empty list of rules closes a direction. */
export function servingNetworkPolicy(
  identity: ServingIdentity,
  network: NetworkSettings,
  openings: readonly IngressOpening[] = [],
): NetworkPolicy {
  return {
    metadata: metadataOf(identity),
    spec: {
      podSelector: { matchLabels: identity.selector },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        ...ingressRule([...(network.sameNamespaceClients ? [{ podSelector: {} }] : []), ...network.clients.map(podsOf)], identity.portName),
        ...openings.flatMap(({ from, port }) => ingressRule(from.map(podsOf), port)),
      ],
      egress: egressRules(network),
    },
  };
}

/** A rule without peers would admit everybody, so there is none without. */
function ingressRule(from: readonly Peer[], port: pulumi.Input<string | number>): readonly IngressRule[] {
  return from.length === 0 ? [] : [{ from: [...from], ports: [{ protocol: 'TCP', port }] }];
}

function egressRules(network: NetworkSettings): EgressRule[] {
  return [
    ...dnsRule(network.dns),
    ...network.egressToPods.map((peer) => ({ to: [podsOf(peer)], ports: peer.ports.map((port) => ({ protocol: 'TCP', port })) })),
    ...network.egress.map(({ cidr, ports, protocol }) => ({
      to: [addresses(cidr)],
      ports: ports.map((port) => ({ protocol, port })),
    })),
    ...(network.awsPodIdentity
      ? [{ to: POD_IDENTITY_CIDRS.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ protocol: 'TCP', port: 80 }] }]
      : []),
  ];
}

function dnsRule(dns: NetworkSettings['dns']): readonly EgressRule[] {
  if (dns === 'closed') {
    return [];
  }
  const to: Peer[] =
    dns === 'kubeDns'
      ? [podsOf({ namespace: DNS_NAMESPACE, podLabels: { [DNS_POD_LABEL.name]: DNS_POD_LABEL.value } })]
      : dns.map((cidr) => ({ ipBlock: { cidr } }));
  return [{ to, ports: [...DNS_PORTS] }];
}

/** A network without the addresses that hand out credentials, which it may happen to contain: `0.0.0.0/0` does. */
function addresses(cidr: string): Peer {
  const network = parseNetwork(cidr);
  const except = network === undefined ? [] : credentialAddressesIn(network);
  return { ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) } };
}

/** One peer that names both is pods of that namespace; two peers would be either. */
function podsOf({ namespace, podLabels }: PodPeer): Peer {
  const hasLabels = Object.keys(podLabels).length > 0;
  return {
    ...(namespace !== undefined && { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } } }),
    ...((hasLabels || namespace === undefined) && { podSelector: hasLabels ? { matchLabels: podLabels } : {} }),
  };
}
