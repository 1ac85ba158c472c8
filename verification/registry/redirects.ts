import { shown } from '../../printing';
import { isIP } from 'node:net';
import { bareAddress, isLoopbackHost } from '../reference/host';
import { mayLeadTo } from './addressGuard';
import { kindOfAddress } from './endpoint';
import type { AddressKind } from './endpoint';

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_SHOWN_LOCATION = 200;

export type NextHop = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly location: string; readonly reason: string };

export function isRedirect(status: number): boolean {
  return REDIRECT_STATUSES.has(status);
}

/**
 * Decides whether a redirect may be followed: registries send blob requests to storage services, and a hostile one sends us wherever it
 * likes (server-side request forgery).
 *
 * @param from the address that answered
 * @param location the `Location` header
 * @param registry where the registry is (default: by an address that is written out); names are looked at when they are resolved
 */
export function nextHop(from: URL, location: string | null, registry: AddressKind = placeByName(from.hostname)): NextHop {
  if (location === null || !URL.canParse(location, from.href)) return { ok: false, location: '', reason: 'no usable Location header' };
  const url = new URL(location, from);
  const refuse = (reason: string): NextHop => ({ ok: false, location: withoutSecrets(url), reason });
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse(`the scheme ${url.protocol} is neither https nor http`);
  if (url.username !== '' || url.password !== '') return refuse('the address carries credentials');
  if (from.protocol === 'https:' && url.protocol === 'http:') return refuse('from https to plain http');
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return refuse('plain http is for this machine only');
  if (url.hostname !== from.hostname && !mayLeadTo(registry, placeByName(url.hostname)))
    return refuse('to an address of this machine or of a private network');
  return { ok: true, url };
}

/** A name that is not this machine's counts as public until it is resolved. */
export function placeByName(hostname: string): AddressKind {
  if (isLoopbackHost(hostname)) return 'local';
  const address = bareAddress(hostname);
  return isIP(address) === 0 ? 'public' : kindOfAddress(address);
}

/** An address for messages: the query of a redirect to storage is a signed permission, so it stays out. */
export function withoutSecrets(url: URL): string {
  return shown(`${url.protocol}//${url.host}${url.pathname}`, MAX_SHOWN_LOCATION);
}
