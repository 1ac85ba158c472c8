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
] as const) {
  internalAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Covers the unspecified and loopback addresses and the deprecated IPv4-compatible ones.
  ['::', 96],
  // NAT64 (RFC 6052) embeds an IPv4 address, possibly an internal one.
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  internalAddresses.addSubnet(network, prefix, 'ipv6');
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
