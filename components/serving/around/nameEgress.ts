import type * as pulumi from '@pulumi/pulumi';

import { isPlain, mapInput } from '../../arguments/mapInput';
import type { ServingIdentity } from './identity';
import { metadataOf } from './identity';
import type { CustomObject } from './customObject';
import type { NetworkSettings } from './network';
import { DNS_NAMESPACE, DNS_POD_LABEL } from './networkPolicy';

type NamedHosts = NonNullable<NetworkSettings['names']>;

/**
 * The policy that opens hosts by name, beside the network policy, which stays closed: policies of different kinds add up.
 *
 * Its name differs from that of the network policy, because the controller of EKS Auto Mode confuses two of one name.
 */
export function nameEgressPolicy(identity: ServingIdentity, { provider, hosts }: NamedHosts): CustomObject {
  return provider === 'cilium' ? ciliumPolicy(identity, hosts) : applicationPolicy(identity, hosts);
}

/**
 * Cilium learns addresses from the answers that its DNS proxy lets through, so names work only with a DNS rule, and that rule names the
 * same hosts: whatever else is asked is refused, and no data leaves inside a question.
 * https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
function ciliumPolicy(identity: ServingIdentity, hosts: NamedHosts['hosts']): CustomObject {
  const dns = {
    toEndpoints: [
      { matchLabels: { 'k8s:io.kubernetes.pod.namespace': DNS_NAMESPACE, [`k8s:${DNS_POD_LABEL.name}`]: DNS_POD_LABEL.value } },
    ],
    toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: hosts.map(({ host }) => ciliumName(host)) } }],
  };
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: metadataOf(identity, '-names'),
    spec: {
      endpointSelector: { matchLabels: identity.selector },
      egress: [
        dns,
        ...hosts.map(({ host, ports }) => ({
          toFQDNs: [ciliumName(host)],
          toPorts: [{ ports: ports.map((port) => ({ port: textOf(port), protocol: 'TCP' })) }],
        })),
      ],
    },
  };
}

/** A pattern is another field than a name. A computed host is judged when it is known, and patterns match plain names too. */
function ciliumName(host: pulumi.Input<string>): Readonly<Record<string, pulumi.Input<string>>> {
  return isPlain(host) && !host.includes('*') ? { matchName: host } : { matchPattern: host };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html */
function applicationPolicy(identity: ServingIdentity, hosts: NamedHosts['hosts']): CustomObject {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    metadata: metadataOf(identity, '-names'),
    spec: {
      podSelector: { matchLabels: identity.selector },
      policyTypes: ['Egress'],
      egress: hosts.map(({ host, ports }) => ({
        to: [{ domainNames: [host] }],
        ports: ports.map((port) => ({ protocol: 'TCP', port })),
      })),
    },
  };
}

const textOf = (port: pulumi.Input<number>): pulumi.Input<string> => mapInput(port, String);
