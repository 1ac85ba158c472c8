import { shownReference } from '../../printing';
import { isIP } from 'node:net';

/** The registry of references without a host. */
export const DOCKER_HUB = 'docker.io';

/** Hosts that serve the same repositories as `docker.io`: an image must not leave a policy by another name of its registry. */
const DOCKER_HUB_ALIASES: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);

/** Grammar: https://pkg.go.dev/github.com/distribution/reference#pkg-overview */
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = new RegExp(String.raw`^(?:${LABEL}(?:\.${LABEL})*|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$`);
const MAX_HOST_LENGTH = 255;

/** A registry host in the one form in which hosts are compared, or why there is none. */
export type NormalizedHost =
  | { readonly ok: true; readonly value: string }
  | {
      readonly ok: false;
      readonly reason: string;
      /** How to write it, where that is known. */
      readonly write?: string;
    };

/** Docker's rule: the first part of a name is a registry if it looks like a host; otherwise it belongs to the path. */
export const isHost = (part: string): boolean => part === 'localhost' || /[.:[]/.test(part);

/**
 * The one normalizer of registry hosts, for references, globs of the trust policy, and records of `model.lock`: lower case, no default port,
 * one name for Docker Hub. Spellings that other tools may read as another host are refused.
 *
 * @param text host and optional port, as written
 * @example normalizeHost('GHCR.io:443') // { ok: true, value: 'ghcr.io' }
 */
export function normalizeHost(text: string): NormalizedHost {
  if (text.length > MAX_HOST_LENGTH || !HOST.test(text)) return notAHost(text);
  const host = text.toLowerCase();
  const canonical = urlHost(host);
  if (canonical === undefined) return notAHost(text);
  // A URL reads 2130706433, 0x7f.1 and 127.1 all as 127.0.0.1: one host, one spelling, or policies can be walked around.
  const write = mappedAddress(canonical) ?? canonical;
  const defaultPort = isLoopbackHost(hostnameOf(host)) ? ':80' : ':443';
  if (write !== host && `${write}${defaultPort}` !== host) {
    return { ok: false, reason: `write the registry host ${text} as ${write}`, write };
  }
  return { ok: true, value: DOCKER_HUB_ALIASES.has(canonical) ? DOCKER_HUB : canonical };
}

/** Characters of a refused host in a message. */
const SHOWN_LIMIT = 200;

function notAHost(text: string): NormalizedHost {
  const reason = `${shownReference(text, SHOWN_LIMIT)} is not a registry host`;
  const write = text.length > MAX_HOST_LENGTH ? undefined : repaired(text);
  return write === undefined ? { ok: false, reason } : { ok: false, reason: `${reason}: write ${write}`, write };
}

/** What was probably meant: without the dot at the end, in ASCII, with the port as a number. */
function repaired(text: string): string | undefined {
  const host = urlHost(text.toLowerCase().replace(/\.(?=$|:)/, ''));
  return host !== undefined && HOST.test(host) ? host : undefined;
}

/** The host as URLs write it; undefined where no URL can have it. */
function urlHost(host: string): string | undefined {
  if (!/^[^\s/?#@\\]+$/.test(host)) return undefined;
  const url = `${schemeOf(hostnameOf(host))}://${host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** `[::ffff:a00:5]:5000` is the host 10.0.0.5, which has a shorter name. */
function mappedAddress(host: string): string | undefined {
  const [, high = '', low = '', port = ''] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\](:\d+)?$/.exec(host) ?? [];
  if (high === '') return undefined;
  const bytes = [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return `${bytes.join('.')}${port}`;
}

/**
 * Whether a host (no port) is this machine: `localhost`, `*.localhost` (RFC 6761), 127.0.0.0/8, `[::1]`.
 * Whole labels and parsed addresses only, so that `localhost.evil.com` and `127.0.0.1.evil.com` are not.
 */
export function isLoopbackHost(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  const address = bareAddress(hostname);
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** Plain http for this machine, as docker, crane and cosign do; https for everybody else. */
export function schemeOf(hostname: string): 'http' | 'https' {
  return isLoopbackHost(hostname) ? 'http' : 'https';
}

/** A registry without its port; brackets of an IPv6 address stay. */
export function hostnameOf(registry: string): string {
  return registry.replace(/:\d+$/, '');
}

/** An address without the brackets that a host puts around it. */
export function bareAddress(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}
