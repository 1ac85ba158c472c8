import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CredentialSource, Credentials, UnusableCredentials } from './credentials';
import { DOCKER_HUB } from './endpoint';
import type { JsonObject } from './json';
import { isJsonObject, ownField, parseJson } from './json';

const CONFIG_FILE = 'config.json';
/** Docker writes this key for Docker Hub, for historical reasons. */
const DOCKER_HUB_HOST = 'index.docker.io';
/** Keys may be addresses of the old API; a longer path is podman's per-repository form, which must not speak for the whole host. */
const AUTHS_KEY = /^(?:https?:\/\/)?([^/]+)(?:\/|\/v[12]\/?)?$/;

export interface DockerConfigLocation {
  /** Directory of `config.json`; default `$DOCKER_CONFIG`, else `~/.docker`. */
  readonly directory?: string;
}

type ConfigRead =
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'read'; readonly content: JsonObject };

/**
 * Credentials of `docker login`: the `auths` of docker's `config.json`, read when first asked. Credential helpers (`credsStore`,
 * `credHelpers`) are recognised and reported as a problem, since they are not supported yet.
 *
 * Hosts are compared whole: an entry for `ghcr.io` is nothing to `evil-ghcr.io` or `ghcr.io.evil` (@sigstore/oci before 0.7.1 matched
 * substrings and gave credentials away).
 */
export function dockerConfigCredentials(location: DockerConfigLocation = {}): CredentialSource {
  const file = join(location.directory ?? process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), CONFIG_FILE);
  let config: ConfigRead | undefined;
  return (registry) => {
    config ??= readConfig(file);
    switch (config.kind) {
      case 'absent':
        return undefined;
      case 'broken':
        return { problem: config.problem };
      case 'read':
        return findCredentials(config.content, registry, file);
      default:
        return config satisfies never;
    }
  };
}

function readConfig(file: string): ConfigRead {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'broken', problem: `${file} cannot be read (${code})` };
  }
  const content = parseJson(bytes);
  return isJsonObject(content) ? { kind: 'read', content } : { kind: 'broken', problem: `${file} is not a JSON object` };
}

function findCredentials(config: JsonObject, registry: string, file: string): Credentials | UnusableCredentials | undefined {
  const entry = findEntry(ownField(config, 'auths'), registry);
  const auth = isJsonObject(entry) ? ownField(entry, 'auth') : undefined;
  if (isJsonObject(entry) && typeof auth === 'string' && auth !== '') return decodeAuth(auth, registry, file);
  const helper = findEntry(ownField(config, 'credHelpers'), registry) ?? ownField(config, 'credsStore');
  if (typeof helper === 'string' && helper !== '') {
    return { problem: `${file} keeps the credentials in the credential helper ${helper.slice(0, 40)}, which is not supported yet` };
  }
  if (isJsonObject(entry) && ownField(entry, 'identitytoken') !== undefined) {
    return { problem: `${file} has an identity token for ${registry}, which is not supported yet` };
  }
  return undefined;
}

function findEntry(entries: unknown, registry: string): unknown {
  if (!isJsonObject(entries)) return undefined;
  return Object.entries(entries).find(([key]) => registryOfKey(key) === registry)?.[1];
}

function registryOfKey(key: string): string | undefined {
  const host = AUTHS_KEY.exec(key)?.[1]?.toLowerCase();
  return host === DOCKER_HUB_HOST ? DOCKER_HUB : host;
}

function decodeAuth(auth: string, registry: string, file: string): Credentials | UnusableCredentials {
  const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  if (colon < 1) return { problem: `the entry for ${registry} in ${file} is not base64 of username:password` };
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
