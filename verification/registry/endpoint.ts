import { BlockList, isIP } from 'node:net';
import { DOCKER_HUB, bareAddress, hostnameOf, isLoopbackHost, schemeOf } from '../reference/host';

/** The host that serves the API of Docker Hub. */
const DOCKER_HUB_API = 'registry-1.docker.io';

const internalAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  // Protocol assignments, benchmarks, multicast, reserved and broadcast: no storage service is there.
  ['192.0.0.0', 24],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  internalAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Covers the unspecified and loopback addresses and the deprecated IPv4-compatible ones.
  ['::', 96],
  // NAT64 (RFC 6052) embeds an IPv4 address, possibly an internal one.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  // 6to4 and Teredo embed one too.
  ['2002::', 16],
  ['2001::', 32],
  ['ff00::', 8],
  ['fec0::', 10],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  internalAddresses.addSubnet(network, prefix, 'ipv6');
}

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4');
}
privateAddresses.addSubnet('fc00::', 7, 'ipv6');

/** Where an address is: a company's network, this machine or its link (cloud metadata among them), or the internet. */
export type AddressKind = 'public' | 'private' | 'local';

/** @param address without brackets; a zone (`fe80::1%eth0`) is allowed */
export function kindOfAddress(address: string): AddressKind {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(bare) === 0) return 'local'; // cannot be judged, so nothing may go there
  if (privateAddresses.check(bare, family)) return 'private';
  const embedded = family === 'ipv6' ? translated(bare) : undefined;
  if (embedded !== undefined) return kindOfAddress(embedded) === 'public' ? 'public' : 'local';
  return internalAddresses.check(bare, family) ? 'local' : 'public';
}

/**
 * The IPv4 address in one of NAT64 (RFC 6052). In networks with IPv6 only, resolvers give such an address for every name without an IPv6 one, as
 * that of most storage services.
 */
function translated(address: string): string | undefined {
  const written = URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname : '';
  const [, high, low] = /^\[64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(written) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.');
}

/** Whether a host is this machine or an address literal of a private, shared, or link-local network (cloud metadata among them). */
export function isInternalHost(hostname: string): boolean {
  if (isLoopbackHost(hostname)) return true;
  const address = bareAddress(hostname);
  const family = isIP(address);
  // BlockList looks through IPv4-mapped IPv6 addresses by itself.
  return family !== 0 && internalAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Where the API of a registry is served.
 *
 * @param registry host and optional port, as `parseReference` normalizes it
 */
export function registryOrigin(registry: string): string {
  if (registry === DOCKER_HUB) return `https://${DOCKER_HUB_API}`;
  return `${schemeOf(hostnameOf(registry))}://${registry}`;
}
