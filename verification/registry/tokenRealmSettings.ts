import { quoted } from '../../printing';
import { normalizeHost } from '../reference/host';

/** The variable with token services that may have credentials. */
export const TOKEN_REALMS_VARIABLE = 'MODEL_GATE_TOKEN_REALMS';

/** Registry host (with its port) to the hosts of token services that may have its credentials. */
export type TokenRealms = Readonly<Record<string, readonly string[]>>;

/** The setting, read; a problem refuses every token instead of being ignored. */
export type ReadTokenRealms = { readonly ok: true; readonly value: TokenRealms } | { readonly ok: false; readonly problem: string };

/** What is wrong in an object of token realms, and where. */
export interface TokenRealmProblem {
  readonly path: string;
  readonly message: string;
}

const MAX_SHOWN = 100;

const REGISTRY_EXPECTED = 'expected a registry host, such as registry.corp or registry.corp:5000';
const HOST_EXPECTED = 'expected the host of a token service, such as auth.corp, without https:// and path';
const EXAMPLE = 'such as {"registry.corp": ["auth.corp"]}';

/**
 * Reads the variable and the option; a registry that both name has the hosts of both.
 *
 * @param option as given to `ImageVerifier`
 * @param variable `registry.corp=auth.corp,sso.corp;other.corp:5000=login.corp`
 */
export function readTokenRealms(option: TokenRealms = {}, variable?: string): ReadTokenRealms {
  const [wrong] = tokenRealmProblems(option, 'tokenRealms');
  if (wrong !== undefined) return { ok: false, problem: `${wrong.path}: ${wrong.message}` };
  const entries: (readonly [string, string])[] = Object.entries(option).flatMap(([registry, hosts]) =>
    hosts.map((host) => [registry, host] as const),
  );
  for (const part of (variable ?? '').split(';').map((text) => text.trim())) {
    if (part === '') continue;
    const [registry = '', hosts, ...more] = part.split('=');
    const problem = hosts === undefined || more.length > 0 ? `expected registry=host,host, got ${found(part)}` : undefined;
    const pairs = (hosts ?? '').split(',').map((host) => [registry.trim(), host.trim()] as const);
    const first = problem ?? pairs.map(([from, to]) => pairProblem(from, to)).find((one) => one !== undefined);
    if (first !== undefined) return { ok: false, problem: `${TOKEN_REALMS_VARIABLE}: ${first}` };
    entries.push(...pairs);
  }
  const realms = new Map<string, string[]>();
  for (const [registry, host] of entries) {
    const [from, to] = [normalizeHost(registry), normalizeHost(host)];
    if (from.ok && to.ok) realms.set(from.value, [...(realms.get(from.value) ?? []), to.value]);
  }
  return { ok: true, value: Object.fromEntries(realms) };
}

/** Everything that is wrong with the object form, as it stands in a configuration. @param path where the object is */
export function tokenRealmProblems(value: unknown, path: string): readonly TokenRealmProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, message: `expected an object from registry hosts to lists of hosts, ${EXAMPLE}` }];
  }
  return Object.entries(value).flatMap(([registry, hosts]: [string, unknown]): readonly TokenRealmProblem[] => {
    const at = `${path}[${found(registry)}]`;
    if (!normalizeHost(registry).ok) return [{ path: at, message: REGISTRY_EXPECTED }];
    if (!Array.isArray(hosts) || hosts.length === 0) return [{ path: at, message: `expected a list of hosts, ${EXAMPLE}` }];
    return (hosts as readonly unknown[]).flatMap((host, index) => {
      if (typeof host === 'string' && normalizeHost(host).ok) return [];
      return [
        { path: `${at}[${index}]`, message: `${HOST_EXPECTED}, got ${found(typeof host === 'string' ? host : JSON.stringify(host))}` },
      ];
    });
  });
}

function pairProblem(registry: string, host: string): string | undefined {
  if (!normalizeHost(registry).ok) return `${REGISTRY_EXPECTED}, got ${found(registry)}`;
  return normalizeHost(host).ok ? undefined : `${HOST_EXPECTED}, got ${found(host)}`;
}

const found = (text: string): string => quoted(text, MAX_SHOWN);
