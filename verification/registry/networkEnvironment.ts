import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';

/** Never through a proxy, as Go's tools have it: "this machine" would be another machine there. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]', '::1'];
const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/** The variables of the proxy in use, with this machine exempt, as connection pools take them. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

let proxy: { readonly variables: ProxyVariables | undefined } | undefined;
let authoritiesAdded = false;

/**
 * Makes this process reach registries the way the other tools on this machine do, through `HTTPS_PROXY` / `HTTP_PROXY` with `NO_PROXY`: Node
 * reads them only when it is started with `NODE_USE_ENV_PROXY=1`, which nobody can do for a policy pack that Pulumi starts.
 *
 * It is a setting of the whole process, for the clients of trust roots and clouds, which are not ours: it reaches every `fetch` in it. Our own
 * connection pools take what this returns. Applied once; later calls return what the first one did.
 *
 * @param environment default `process.env`
 * @returns undefined where there is no proxy, or none that can be used
 */
export function applyProxy(environment: NodeJS.ProcessEnv = process.env): ProxyVariables | undefined {
  proxy ??= { variables: readProxy(environment) };
  return proxy.variables;
}

function readProxy(environment: NodeJS.ProcessEnv): ProxyVariables | undefined {
  const chosen = PROXY_VARIABLES.filter((name) => (environment[name] ?? '') !== '');
  if (chosen.length === 0) return undefined;
  const exempt = [environment['NO_PROXY'] ?? environment['no_proxy'] ?? '', ...THIS_MACHINE].filter((part) => part !== '').join(',');
  const variables = { ...Object.fromEntries(chosen.map((name) => [name, environment[name]])), NO_PROXY: exempt };
  try {
    new http.Agent({ proxyEnv: variables }).destroy();
    // Where Node 22 lacks the function, our pools alone use the proxy; docs/registries.md says what to do.
    if (typeof http.setGlobalProxyFromEnv === 'function') http.setGlobalProxyFromEnv(variables);
    return variables;
  } catch {
    // Not an address. Going around a proxy that somebody demanded would be worse than the errors that follow, but there is no proxy to use.
    return undefined;
  }
}

/**
 * Trusts the certificate authorities of `SSL_CERT_FILE` beside those of Node, in the whole process; `NODE_EXTRA_CA_CERTS` Node reads by itself.
 * To be called before the first TLS connection and not earlier: reading two hundred certificates takes longer than verifying an image.
 *
 * @param environment default `process.env`
 */
export function trustConfiguredAuthorities(environment: NodeJS.ProcessEnv = process.env): void {
  const file = environment['SSL_CERT_FILE'] ?? '';
  if (authoritiesAdded || file === '' || typeof tls.setDefaultCACertificates !== 'function') return;
  authoritiesAdded = true;
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
  } catch {
    // Unreadable: TLS then fails with its own words for whatever needed the file.
  }
}
