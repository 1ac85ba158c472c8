import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { HELPER_TIMEOUT_MS, askCredentialHelper } from './credentialHelper';
import type { CredentialSource, FoundCredentials, UnusableCredentials } from './credentials';
import { firstOf } from './credentials';
import { entriesFor } from './dockerConfigKeys';
import type { JsonObject } from '../json';
import { isJsonObject, member, parseJson } from '../json';
import type { Repository } from './types';

const CONFIG_FILE = 'config.json';
/** What a helper said is asked again after this long: cloud tokens live for an hour or less, and a process may live longer. */
const HELPER_ANSWER_MS = 5 * 60 * 1000;

/** Visible ASCII: it goes into a header as it is, and an error about a broken header would print it. */
const BEARER_TOKEN = /^[\x21-\x7e]+$/;

export interface CredentialFileOptions {
  /** Milliseconds that a credential helper may take (default 10,000). */
  readonly helperTimeoutMs?: number;
}

export interface DockerConfigLocation extends CredentialFileOptions {
  /** Directory of `config.json`; default `$DOCKER_CONFIG`, else `~/.docker`. */
  readonly directory?: string;
}

type ConfigRead =
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'read'; readonly content: JsonObject };

/**
 * The credentials of this machine, in the order of who is most explicit: the file that `REGISTRY_AUTH_FILE` names (podman, skopeo), docker's
 * configuration (`DOCKER_CONFIG`, else `~/.docker`), and podman's own files unless `REGISTRY_AUTH_FILE` stands in their place.
 *
 * @param environment default `process.env`
 */
export function machineCredentials(environment: NodeJS.ProcessEnv = process.env): CredentialSource {
  const explicit = environment['REGISTRY_AUTH_FILE'] ?? '';
  const home = homeOf(environment);
  const docker = given(environment['DOCKER_CONFIG']) ?? under(home, '.docker');
  const podman = [given(environment['XDG_RUNTIME_DIR']), given(environment['XDG_CONFIG_HOME']) ?? under(home, '.config')];
  const dockerFiles = docker === undefined ? [] : [join(docker, CONFIG_FILE)];
  const podmanFiles = podman.flatMap((directory) => (directory === undefined ? [] : [join(directory, 'containers', 'auth.json')]));
  const files = explicit === '' ? [...dockerFiles, ...podmanFiles] : [explicit, ...dockerFiles];
  return firstOf(files.map((file) => credentialFile(file)));
}

/** Credentials of `docker login`: docker's `config.json`. See `credentialFile`. */
export function dockerConfigCredentials(location: DockerConfigLocation = {}): CredentialSource {
  const directory = location.directory ?? given(process.env['DOCKER_CONFIG']) ?? under(homeOf(process.env), '.docker');
  return directory === undefined ? () => Promise.resolve(undefined) : credentialFile(join(directory, CONFIG_FILE), location);
}

/** An empty variable is none: it would mean the working directory. */
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const under = (home: string | undefined, name: string): string | undefined => (home === undefined ? undefined : join(home, name));

/**
 * The user's home as docker finds it: `HOME`, else the password file; `undefined` for a user id without an entry there (OpenShift, `docker run
 * --user`), who has no credentials then.
 */
function homeOf(environment: NodeJS.ProcessEnv): string | undefined {
  try {
    return given(environment['HOME']) ?? given(userInfo().homedir);
  } catch {
    return undefined;
  }
}

/**
 * Credentials from one file in docker's format, which is also podman's: `credHelpers`, `auths`, `credsStore`, in this order. Read when first
 * asked; a missing file has no credentials. https://docs.docker.com/reference/cli/docker/login/#credential-stores
 *
 * Hosts are compared whole: an entry for `ghcr.io` is nothing to `evil-ghcr.io` or `ghcr.io.evil` (@sigstore/oci before 0.7.1 matched
 * substrings and gave credentials away).
 */
export function credentialFile(file: string, options: CredentialFileOptions = {}): CredentialSource {
  let config: ConfigRead | undefined;
  const helpers = new HelperAnswers(file, options.helperTimeoutMs ?? HELPER_TIMEOUT_MS);
  return async (repository) => {
    config ??= readConfig(file);
    switch (config.kind) {
      case 'absent':
        return undefined;
      case 'broken':
        return unusable(config.problem);
      case 'read':
        return await findCredentials(config.content, repository, file, helpers);
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

async function findCredentials(
  config: JsonObject,
  repository: Repository,
  file: string,
  helpers: HelperAnswers,
): Promise<FoundCredentials> {
  const [own] = entriesFor(member(config, 'credHelpers'), repository);
  const byHelper = isName(own) ? await helpers.ask(own, repository.registry) : undefined;
  if (byHelper !== undefined) return byHelper;
  for (const entry of entriesFor(member(config, 'auths'), repository)) {
    const found = isJsonObject(entry) ? readEntry(entry, repository.registry, file) : undefined;
    if (found !== undefined) return found;
  }
  const store = member(config, 'credsStore');
  return isName(store) ? await helpers.ask(store, repository.registry) : undefined;
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** An entry of `auths`; one without content stands for "in the store". */
function readEntry(entry: JsonObject, registry: string, file: string): FoundCredentials {
  const [identityToken, registryToken, auth, username, password] = ['identitytoken', 'registrytoken', 'auth', 'username', 'password'].map(
    (field) => member(entry, field),
  );
  // Before `auth`, which beside a token holds a user name and an empty password.
  if (isName(identityToken)) return { kind: 'identity-token', token: identityToken };
  if (isName(registryToken)) {
    return BEARER_TOKEN.test(registryToken)
      ? { kind: 'registry-token', token: registryToken }
      : unusable(`the registry token for ${registry} in ${file} is not a token`);
  }
  if (isName(auth)) return decodeAuth(auth, registry, file);
  return isName(username) && isName(password) ? { kind: 'password', username, password } : undefined;
}

function decodeAuth(auth: string, registry: string, file: string): FoundCredentials {
  const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  if (colon < 1) return unusable(`the entry for ${registry} in ${file} is not base64 of username:password`);
  // Docker pads what it writes with null bytes.
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
}

function unusable(problem: string): UnusableCredentials {
  return { kind: 'unusable', problem };
}

/** Asks each helper once per registry, however many repositories want to know, and again when the answer has aged. */
class HelperAnswers {
  readonly #file: string;
  readonly #timeoutMs: number;
  readonly #answers = new Map<string, { readonly asked: number; readonly answer: Promise<FoundCredentials> }>();

  constructor(file: string, timeoutMs: number) {
    this.#file = file;
    this.#timeoutMs = timeoutMs;
  }

  async ask(helper: string, registry: string): Promise<FoundCredentials> {
    const key = `${helper}\n${registry}`;
    const known = this.#answers.get(key);
    if (known !== undefined && performance.now() - known.asked < HELPER_ANSWER_MS) return await known.answer;
    const answer = askCredentialHelper(helper, registry, this.#file, this.#timeoutMs);
    this.#answers.set(key, { asked: performance.now(), answer });
    return await answer;
  }
}
