import { shown } from '../../printing';
import { normalizeHost } from '../reference/host';

/** The variable with token services that may have credentials. */
export const TOKEN_REALMS_VARIABLE = 'MODEL_GATE_TOKEN_REALMS';

/** Registry host (with its port) to the hosts of token services that may have its credentials. */
export type TokenRealms = Readonly<Record<string, readonly string[]>>;

/** The setting, read; a problem refuses every token instead of being ignored. */
export type ReadTokenRealms = { readonly ok: true; readonly value: TokenRealms } | { readonly ok: false; readonly problem: string };

const MAX_SHOWN = 100;

/**
 * Reads the variable and the option; a registry that both name has the hosts of both.
 *
 * @param option as given to `ImageVerifier`
 * @param variable `registry.corp=auth.corp,sso.corp;other.corp:5000=login.corp`
 */
export function readTokenRealms(option: TokenRealms = {}, variable?: string): ReadTokenRealms {
  const entries: (readonly [string, string, string])[] = [];
  for (const [registry, hosts] of Object.entries(option)) {
    if (!Array.isArray(hosts) || hosts.length === 0) return problem('tokenRealms', registry, 'expected a list of hosts');
    for (const host of hosts as readonly unknown[]) entries.push(['tokenRealms', registry, String(host)]);
  }
  for (const part of (variable ?? '').split(';').map((text) => text.trim())) {
    if (part === '') continue;
    const [registry = '', hosts, ...more] = part.split('=');
    if (hosts === undefined || more.length > 0) return problem(TOKEN_REALMS_VARIABLE, part, 'expected registry=host,host');
    for (const host of hosts.split(',')) entries.push([TOKEN_REALMS_VARIABLE, registry.trim(), host.trim()]);
  }
  const realms = new Map<string, string[]>();
  for (const [where, registry, host] of entries) {
    const from = normalizeHost(registry);
    const to = normalizeHost(host);
    if (!from.ok) return problem(where, registry, 'expected a registry host, such as registry.corp or registry.corp:5000');
    if (!to.ok) return problem(where, host, 'expected the host of a token service, such as auth.corp, without https:// and path');
    realms.set(from.value, [...(realms.get(from.value) ?? []), to.value]);
  }
  return { ok: true, value: Object.fromEntries(realms) };
}

function problem(where: string, found: string, expected: string): ReadTokenRealms {
  return { ok: false, problem: `${where}: ${expected}, found "${shown(found, MAX_SHOWN)}"` };
}
