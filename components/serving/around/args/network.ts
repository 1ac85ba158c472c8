import type * as pulumi from '@pulumi/pulumi';

/** Transport protocols of a network opening. */
export const NetworkProtocol = { Tcp: 'TCP', Udp: 'UDP' } as const;
export type NetworkProtocol = (typeof NetworkProtocol)[keyof typeof NetworkProtocol];

/** Who enforces openings by name. Standard network policies know addresses only. */
export const NameEgressProvider = {
  /** `CiliumNetworkPolicy` (`cilium.io/v2`): Cilium watches the answers to exactly these names. */
  Cilium: 'cilium',
  /** `ApplicationNetworkPolicy` (`networking.k8s.aws/v1alpha1`) of EKS Auto Mode. Needs `dnsServers`: its DNS runs on the node, not as pods. */
  EksAuto: 'eksAuto',
} as const;
export type NameEgressProvider = (typeof NameEgressProvider)[keyof typeof NameEgressProvider];

/** Pods of the cluster, by namespace and labels. At least one of both is needed: neither would be every pod. */
export interface PodPeerArgs {
  /** Name of their namespace. @default the namespace of the server */
  readonly namespace?: pulumi.Input<string>;
  /** Labels that they bear, all of them. @default any */
  readonly podLabels?: { [label: string]: pulumi.Input<string> };
}

/** Addresses that the server may call. */
export interface AddressEgressArgs {
  /**
   * Network in CIDR notation: `10.20.0.0/16`, `10.1.2.3/32`. Plain, because the addresses at which clouds hand out credentials are left out
   * of it.
   */
  readonly cidr: string;
  /** Ports; at least one. */
  readonly ports: pulumi.Input<number>[];
  /** @default "TCP" */
  readonly protocol?: NetworkProtocol;
}

/** A host that the server may call. */
export interface NameEgressArgs {
  /** DNS name: `api.acme.example`; or one level below a domain: `*.acme.example`. */
  readonly host: pulumi.Input<string>;
  /** TCP ports. @default 443 */
  readonly ports?: pulumi.Input<number>[];
}

/**
 * Openings in the network of a model server, which is closed in both directions but for calls by pods of its namespace. The kubelet pulls
 * images and mounts models on the node, so a server of a mounted model needs none of them.
 */
export interface ModelNetworkArgs {
  /** Pods that may call the server, beside those of its own namespace. @default none */
  readonly clients?: PodPeerArgs[];
  /**
   * Whether the other pods of the namespace may call the server.
   * @default true
   */
  readonly sameNamespaceClients?: boolean;
  /**
   * Lets the server resolve names. DNS is a way out for data too: whoever controls a name server reads what is asked.
   * @default false; true with `egressByName` on EKS
   */
  readonly dns?: boolean;
  /**
   * Addresses of the DNS servers, in CIDR notation: `172.20.0.10/32` on EKS Auto Mode, `169.254.20.10/32` with NodeLocal DNSCache.
   * @default the pods labelled `k8s-app: kube-dns` in `kube-system`
   */
  readonly dnsServers?: string[];
  /** Pods that the server may call. @default none */
  readonly egressToPods?: PodEgressArgs[];
  /** Addresses that the server may call. @default none */
  readonly egress?: AddressEgressArgs[];
  /** Hosts that the server may call, enforced by `nameEgressProvider`. @default none */
  readonly egressByName?: NameEgressArgs[];
  /** Who enforces `egressByName`; needed with it. */
  readonly nameEgressProvider?: NameEgressProvider;
  /**
   * Opens the address at which EKS Pod Identity hands out credentials (169.254.170.23), for a server whose service account has an AWS role.
   * The instance metadata service stays closed: it hands out the role of the node.
   * @default false
   */
  readonly awsPodIdentity?: boolean;
}

/** Pods that the server may call. */
export interface PodEgressArgs extends PodPeerArgs {
  /** TCP ports; at least one. */
  readonly ports: pulumi.Input<number>[];
}
