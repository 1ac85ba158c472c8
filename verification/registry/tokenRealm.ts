import { hostnameOf, isLoopbackHost, normalizeHost } from '../reference/host';
import { mayLeadTo } from './addressGuard';
import { isInternalHost, registryOrigin } from './endpoint';
import { placeByName, withoutSecrets } from './redirects';
import { isNamedTokenService } from './tokenServices';
import { TOKEN_REALMS_VARIABLE } from './tokenRealmSettings';
import type { ReadTokenRealms } from './tokenRealmSettings';

export type RealmDecision =
  /** `withheld`: why credentials stay here, and the setting that lets them go. */
  { readonly ok: true; readonly url: URL; readonly withheld?: string } | { readonly ok: false; readonly reason: string };

/**
 * Decides whether a token may be asked for where a challenge says, and with what. The realm is the registry's word, and with it go the
 * credentials and the right to make us send requests.
 *
 * Credentials go to the registry's own host, to a built-in pair (auth.docker.io for docker.io), and to what `tokenRealms` names; to others
 * goes an anonymous request. No domain is "close": under a shared one, the neighbor is a stranger. On this machine and at addresses every
 * port may be another program, so that the port has to be the same.
 */
export function decideRealm(realm: string, registry: string, settings: ReadTokenRealms = { ok: true, value: {} }): RealmDecision {
  if (!settings.ok) return { ok: false, reason: settings.problem };
  if (!URL.canParse(realm)) return { ok: false, reason: 'the token realm is not an address' };
  const url = new URL(realm);
  const refuse = (why: string): RealmDecision => ({ ok: false, reason: `the token realm ${withoutSecrets(url)} ${why}` });
  const host = hostnameOf(registry);
  if (url.username !== '' || url.password !== '') return refuse('carries credentials');
  const onThisMachine = isLoopbackHost(host) && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(onThisMachine && url.protocol === 'http:')) return refuse('is not https');
  if (isTrusted(url, registry, settings.value)) return { ok: true, url };
  // By name the connection decides, when the address is known.
  if (isLoopbackHost(url.hostname) && !onThisMachine) return refuse('is this machine');
  if (!mayLeadTo(placeByName(host), placeByName(url.hostname))) return refuse('is an address of a private network');
  return { ok: true, url, withheld: settingFor(registry, url) };
}

function isTrusted(url: URL, registry: string, realms: Readonly<Record<string, readonly string[]>>): boolean {
  const own = new URL(registryOrigin(registry));
  const isSameHost = url.hostname === own.hostname && url.protocol === own.protocol;
  if (isSameHost && (!isInternalHost(own.hostname) || url.port === own.port)) return true;
  if (url.protocol === 'https:' && url.port === '' && isNamedTokenService(registry, url.hostname)) return true;
  const named = Object.hasOwn(realms, registry) ? realms[registry] : undefined;
  const host = hostOf(url);
  return host !== undefined && named?.includes(host) === true;
}

/** With its port, as the setting is normalized; undefined for a host that the setting cannot name. */
function hostOf(url: URL): string | undefined {
  const normalized = normalizeHost(url.host);
  return normalized.ok ? normalized.value : undefined;
}

/** The realm is text of others, and `$(reboot)` is a host to URLs: only a host without syntax of a shell gets into a line that people copy. */
function settingFor(registry: string, url: URL): string {
  const host = hostOf(url);
  const why = `its token realm ${withoutSecrets(url)} is not on ${registry}, so no credentials were sent there`;
  if (host === undefined) return why;
  return (
    `${why}; if ${host} is its token service, ` +
    `set ${TOKEN_REALMS_VARIABLE}="${registry}=${host}" or tokenRealms: {"${registry}": ["${host}"]}`
  );
}
