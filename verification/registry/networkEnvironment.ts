import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';

/** Never through a proxy, as Go's tools have it: "this machine" would be another machine there. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]', '::1'];
const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/** What of the environment is in effect, and what could not be used, in words. */
export interface NetworkEnvironment {
  readonly proxy: 'none' | 'used' | 'unsupported';
  readonly certificates: 'none' | 'added' | 'unsupported' | 'unreadable';
}

let applied: NetworkEnvironment | undefined;

/**
 * Makes this process reach registries the way the other tools on this machine do: through `HTTPS_PROXY` / `HTTP_PROXY` with `NO_PROXY`, and
 * trusting the certificate authorities of `SSL_CERT_FILE` beside those of Node. Node reads `NODE_EXTRA_CA_CERTS` by itself, and the proxy
 * variables only when it is started with `NODE_USE_ENV_PROXY=1`, which nobody can do for a policy pack that Pulumi starts.
 *
 * Both are settings of the whole process: they reach every `fetch` in it. Applied once; later calls return what the first one did.
 *
 * @param environment default `process.env`
 */
export function applyNetworkEnvironment(environment: NodeJS.ProcessEnv = process.env): NetworkEnvironment {
  applied ??= { proxy: applyProxy(environment), certificates: applyCertificates(environment) };
  return applied;
}

/** Where Node 22 lacks the function, the variables have no effect; docs/registries.md says what to do. */
function applyProxy(environment: NodeJS.ProcessEnv): NetworkEnvironment['proxy'] {
  const chosen = PROXY_VARIABLES.filter((name) => (environment[name] ?? '') !== '');
  if (chosen.length === 0) return 'none';
  if (typeof http.setGlobalProxyFromEnv !== 'function') return 'unsupported';
  const exempt = [environment['NO_PROXY'] ?? environment['no_proxy'] ?? '', ...THIS_MACHINE].filter((part) => part !== '').join(',');
  const proxies = Object.fromEntries(chosen.map((name) => [name, environment[name]]));
  try {
    http.setGlobalProxyFromEnv({ ...proxies, NO_PROXY: exempt });
    return 'used';
  } catch {
    // Not an address. Going around a proxy that somebody demanded would be worse than the errors that follow, but there is no proxy to use.
    return 'unsupported';
  }
}

function applyCertificates(environment: NodeJS.ProcessEnv): NetworkEnvironment['certificates'] {
  const file = environment['SSL_CERT_FILE'] ?? '';
  if (file === '') return 'none';
  if (typeof tls.setDefaultCACertificates !== 'function') return 'unsupported';
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
    return 'added';
  } catch {
    // TLS then fails with its own words for whatever needed the file.
    return 'unreadable';
  }
}
