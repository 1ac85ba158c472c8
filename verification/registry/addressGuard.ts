import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { kindOfAddress } from './endpoint';
import type { AddressKind } from './endpoint';

/** How names become addresses: `dns.lookup`, or a table in tests. */
export type ResolveName = typeof dns.lookup;

/** A name led to an address to which a registry must not send us. */
export class InsideAddressError extends Error {
  constructor(readonly host: string) {
    super(`${host} resolves to an address of this machine or of a private network`);
  }
}

/**
 * Whether a registry may send us to an address. One in a company's network may name its neighbors (storage next to Harbor, an identity
 * provider); nothing but this machine itself may name this machine or its link, where cloud metadata is.
 *
 * @param registry where the registry is; undefined: not known, as public
 */
export function mayLeadTo(registry: AddressKind | undefined, target: AddressKind): boolean {
  return target === 'public' || registry === 'local' || (registry === 'private' && target === 'private');
}

/**
 * A lookup for connections to a host that somebody else chose. The address that is checked is the address that is connected to: asking once
 * for the check and again for the connection would leave the choice to whoever answers for the name (DNS rebinding).
 *
 * Through a proxy the proxy resolves: the only name looked up here is then the proxy's own, which is not checked.
 */
export function guardedLookup(target: string, registry: AddressKind | undefined, resolve: ResolveName = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const first = error === null ? found[0] : undefined;
      if (error !== null || first === undefined) {
        callback(error ?? Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
        return;
      }
      const inside = hostname === target && found.some(({ address }) => !mayLeadTo(registry, kindOfAddress(address)));
      if (inside) callback(new InsideAddressError(hostname), []);
      else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}
