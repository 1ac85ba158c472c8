import { normalizeHost } from '../reference/host';
import { isJsonObject } from '../json';
import type { Repository } from './types';

/** The address of the old API stands for the whole host. Without scheme or closing slash, `v1` is a namespace like any other. */
const API_KEY = /^(?:https?:\/\/([^/]+)(?:\/v[12])?\/?|([^/]+)(?:\/(?:v[12]\/)?)?)$/;
/** Podman's keys may name a namespace or repository: https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md */
const SCOPED_KEY = /^([^/]+)\/(.+?)\/?$/;

/**
 * The entries of a map by registry (`auths`, `credHelpers`) that speak about a repository, the most specific first. Hosts are compared
 * whole, paths by whole segments.
 */
export function entriesFor(entries: unknown, repository: Repository): readonly unknown[] {
  if (!isJsonObject(entries)) return [];
  return Object.entries(entries)
    .flatMap(([key, value]) => {
      const scope = scopeOfKey(key);
      return scope !== undefined && covers(scope, repository) ? [{ value, length: scope.path.length }] : [];
    })
    .sort((a, b) => b.length - a.length)
    .map(({ value }) => value);
}

/** An empty path is the whole registry. */
function scopeOfKey(key: string): Repository | undefined {
  const [, withScheme, plain] = API_KEY.exec(key) ?? [];
  const host = withScheme ?? plain;
  if (host !== undefined) return { registry: registryNamed(host), path: '' };
  const [, registry, path] = key.includes('://') ? [] : (SCOPED_KEY.exec(key) ?? []);
  return registry === undefined || path === undefined ? undefined : { registry: registryNamed(registry), path };
}

/** As references are normalized: `docker login registry.corp:443` writes the port, and the reference has lost it. */
function registryNamed(host: string): string {
  const normalized = normalizeHost(host);
  return normalized.ok ? normalized.value : host.toLowerCase();
}

function covers(scope: Repository, { registry, path }: Repository): boolean {
  return scope.registry === registry && (scope.path === '' || path === scope.path || path.startsWith(`${scope.path}/`));
}
