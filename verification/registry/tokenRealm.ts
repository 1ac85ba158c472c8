import { isIP } from 'node:net';
import { DOCKER_HUB, hostnameOf, isLoopbackHost } from '../reference/host';
import { registryOrigin } from './endpoint';
import { withoutSecrets } from './redirects';

/** Token services that live on a host of their own; everything else must be close to its registry. */
const NAMED_TOKEN_HOSTS: ReadonlyMap<string, string> = new Map([[DOCKER_HUB, 'auth.docker.io']]);

/** Domains under which strangers rent names: a neighbour there is nobody. Second-level country domains (`co.uk`) are recognised by form. */
const SHARED_DOMAINS: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'azurecr.io',
  'azurecr.cn',
  'azurewebsites.net',
  'cloudapp.net',
  'cloudfront.net',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'jfrog.io',
  'ngrok.io',
  'nip.io',
  'onrender.com',
  'pages.dev',
  'pkg.dev',
  'run.app',
  'sslip.io',
  'vercel.app',
  'web.app',
  'workers.dev',
]);

export type RealmDecision = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string };

/**
 * Decides whether a token may be asked for where a challenge says. The realm is the registry's word, and with it go the credentials and the
 * right to make us send requests: https only (unless the registry itself is this machine), and only to the registry's host, its parent
 * domain (registry.example.com -> example.com and below), or a named service (auth.docker.io for docker.io).
 */
export function decideRealm(realm: string, registry: string): RealmDecision {
  if (!URL.canParse(realm)) return { ok: false, reason: 'the token realm is not an address' };
  const url = new URL(realm);
  const refuse = (why: string): RealmDecision => ({ ok: false, reason: `the token realm ${withoutSecrets(url)} ${why}` });
  const host = hostnameOf(registry);
  if (url.username !== '' || url.password !== '') return refuse('carries credentials');
  if (isLoopbackHost(host) && isLoopbackHost(url.hostname) && url.protocol === 'http:') return { ok: true, url };
  if (url.protocol !== 'https:') return refuse('is not https');
  if (!isCloseTo(url.hostname, host, registry)) return refuse(`does not belong to ${registry}`);
  return { ok: true, url };
}

function isCloseTo(realmHost: string, registryHost: string, registry: string): boolean {
  const apiHost = new URL(registryOrigin(registry)).hostname;
  if (realmHost === registryHost || realmHost === apiHost || realmHost === NAMED_TOKEN_HOSTS.get(registry)) return true;
  // Addresses and this machine's names have no parents.
  if (isIP(registryHost) !== 0 || registryHost.startsWith('[') || isLoopbackHost(registryHost)) return false;
  if (realmHost.endsWith(`.${registryHost}`)) return !isShared(registryHost);
  const parent = registryHost.split('.').slice(1).join('.');
  if (isShared(parent)) return false;
  return realmHost === parent || realmHost.endsWith(`.${parent}`);
}

/** Without the public suffix list: top-level domains, forms like `co.uk`, and the shared domains above with everything in between. */
function isShared(domain: string): boolean {
  const labels = domain.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  if (labels.length < 2) return true;
  if (labels.length === 2 && top.length === 2 && second.length <= 3) return true;
  return [...SHARED_DOMAINS].some((shared) => domain === shared || domain.endsWith(`.${shared}`));
}
