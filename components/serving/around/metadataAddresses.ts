import { BlockList, isIP } from 'node:net';

/**
 * Addresses at which clouds hand out credentials and machine configuration to whoever asks from the node or pod. A server that can be made
 * to fetch a URL must not reach them, whatever network is opened.
 */
const CREDENTIAL_ADDRESSES = [
  '169.254.169.254', // instance metadata of AWS, Google Cloud, Azure, Oracle, DigitalOcean, OpenStack
  '169.254.170.2', // task credentials of Amazon ECS
  '169.254.170.23', // Amazon EKS Pod Identity
  '168.63.129.16', // Azure WireServer
  '100.100.100.200', // Alibaba Cloud
  'fd00:ec2::254', // AWS, IPv6
  'fd00:ec2::23', // Amazon EKS Pod Identity, IPv6
  'fd20:ce::254', // Google Cloud, IPv6
] as const;

/** Where EKS Pod Identity answers, on port 80. */
export const POD_IDENTITY_CIDRS = ['169.254.170.23/32', 'fd00:ec2::23/128'] as const;

/** A network in CIDR notation, taken apart. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** @returns the network, or `undefined` when `cidr` is none, or has bits set beyond its prefix: `10.0.0.1/8` is one address or a network. */
export function parseNetwork(cidr: string): Network | undefined {
  const [, address = '', digits = ''] = /^([0-9A-Fa-f.:]{2,45})\/(\d{1,3})$/.exec(cidr) ?? [];
  const version = isIP(address);
  const prefix = Number(digits);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) {
    return undefined;
  }
  const network: Network = { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
  return isCanonical(network) ? network : undefined;
}

/** Whether the address is the first one of its network: the one below it, if there is one, lies outside. */
function isCanonical(network: Network): boolean {
  const bits = network.family === 'ipv4' ? bitsOfIpv4(network.address) : bitsOfIpv6(network.address);
  return !bits.slice(network.prefix).includes('1');
}

const bitsOfIpv4 = (address: string): string =>
  address
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('');

function bitsOfIpv6(address: string): string {
  // An IPv4 tail (`::ffff:10.0.0.0`) is not worth a parser: such networks are refused as not canonical.
  const [head = '', tail] = address.split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const middle = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...middle, ...after]
    .map((group) => (group.includes('.') ? '1' : Number.parseInt(group, 16).toString(2).padStart(16, '0')))
    .join('');
}

/** The addresses that have to be left out of `network`, each as a network of its own; the network itself when it is one of them. */
export function credentialAddressesIn(network: Network): readonly string[] {
  const block = new BlockList();
  block.addSubnet(network.address, network.prefix, network.family);
  // Of the same family only: the list also finds IPv4 addresses in IPv6 networks, which an exception of the API cannot be.
  return CREDENTIAL_ADDRESSES.filter((address) => familyOf(address) === network.family && block.check(address, network.family)).map(
    (address) => `${address}/${network.family === 'ipv4' ? 32 : 128}`,
  );
}

const familyOf = (address: string): Network['family'] => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
