import { quoted, shown } from '../../printing';
import { spawn } from 'node:child_process';
import type { FoundCredentials, UnusableCredentials } from './credentials';
import { DOCKER_HUB, hostnameOf } from '../reference/host';
import { isJsonObject, member, parseJson } from '../json';

/**
 * Credential helpers are programs `docker-credential-<name>` on the PATH.
 * https://github.com/docker/docker-credential-helpers#development
 */
const PROGRAM_PREFIX = 'docker-credential-';
/** No path, no option, nothing for a shell; `.exe` is how docker in WSL reaches the helper of Windows. */
const HELPER_NAME = /^[a-z0-9][a-z0-9-]{0,62}(?:\.exe)?$/;
/** What docker asks helpers for when it means Docker Hub. */
const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';
const NOT_FOUND_MESSAGE = 'credentials not found in native keychain';
/** This user name says that the secret is an identity token. */
const IDENTITY_TOKEN_USERNAME = '<token>';

const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_SHOWN = 120;
/** A helper may ask a cloud or a keychain; one that waits for a person must not hold up a preview. */
export const HELPER_TIMEOUT_MS = 10_000;

/**
 * Helpers that turn the identity of this machine in a cloud into a registry token. They are asked about registries of that cloud only:
 * a token for anything else would be a token of the cloud account in foreign hands (CVE-2025-27403).
 */
const CLOUD_REGISTRIES: readonly (readonly [helper: RegExp, registries: RegExp])[] = [
  [
    /^ecr-login/,
    /^(?:public\.ecr\.aws|ecr-public\.aws\.com|[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov))$/,
  ],
  [/^(?:gcloud|gcr)(?:\.exe)?$/, /^(?:(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+\.pkg\.dev)$/],
  [/^acr(?:-|\.|$)/, /^[a-z0-9-]+(?:\.[a-z0-9-]+)?\.azurecr\.(?:io|cn|us)$/],
];

interface HelperRun {
  readonly code: number | null;
  readonly output: Buffer;
}

/**
 * Asks a credential helper for one registry: `docker-credential-<name> get`, the registry on its standard input, JSON on its output. No
 * shell is involved.
 *
 * @param registry host and port; nothing else of the reference reaches the helper
 * @param configured where the name was read, for messages
 * @param timeoutMs after which the helper is killed
 * @returns `undefined` when the helper says that it has none
 */
export async function askCredentialHelper(
  name: string,
  registry: string,
  configured: string,
  timeoutMs = HELPER_TIMEOUT_MS,
): Promise<FoundCredentials> {
  if (!HELPER_NAME.test(name))
    return unusable(`${configured} names the credential helper ${quoted(name, 40)}, which is no name of a helper`);
  const program = `${PROGRAM_PREFIX}${name}`;
  const foreign = CLOUD_REGISTRIES.find(([helper, registries]) => helper.test(name) && !registries.test(hostnameOf(registry)));
  if (foreign !== undefined) return unusable(`${program} is for the registries of its cloud, and ${registry} is none of them`);

  const server = registry === DOCKER_HUB ? DOCKER_HUB_SERVER : registry;
  const run = await execute(program, server, timeoutMs);
  if (typeof run === 'string') return unusable(`${program}, named in ${configured}, ${run}`);
  const text = run.output.toString('utf8').trim();
  if (run.code !== 0) {
    if (text === NOT_FOUND_MESSAGE) return undefined;
    return unusable(`${program}, named in ${configured}, failed with exit code ${run.code ?? 'none'}${excerpt(text)}`);
  }
  return readAnswer(run.output) ?? unusable(`${program}, named in ${configured}, gave no JSON with Username and Secret`);
}

function readAnswer(output: Buffer): FoundCredentials {
  const content = parseJson(output);
  if (!isJsonObject(content)) return undefined;
  const username = member(content, 'Username');
  const secret = member(content, 'Secret');
  if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
  return username === IDENTITY_TOKEN_USERNAME
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', username, password: secret };
}

/** Runs the helper; a text is the reason why there is no result. */
async function execute(program: string, input: string, timeoutMs: number): Promise<HelperRun | string> {
  return await new Promise((resolve) => {
    const child = spawn(program, ['get'], { env: process.env, stdio: ['pipe', 'pipe', 'ignore'], shell: false, windowsHide: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (result: HelperRun | string): void => {
      clearTimeout(timer);
      // Grandchildren may hold the pipe open after the helper itself is dead.
      child.stdout.destroy();
      child.kill('SIGKILL');
      resolve(result);
    };
    const timer = setTimeout(() => settle(`did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ENOENT' ? 'is not on the PATH' : `cannot be started (${error.code ?? 'error'})`),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MAX_OUTPUT_BYTES) settle('gave more than 64 KiB');
    });
    child.on('close', (code) => settle({ code, output: Buffer.concat(chunks) }));
    // A helper that ends without reading closes the pipe under us.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${input}\n`);
  });
}

/** Helpers write their errors to standard output; one that fails after printing a secret gets no say. */
function excerpt(text: string): string {
  if (text === '' || /secret|token|password/i.test(text)) return '';
  return `: ${shown(text.replaceAll(/[^\x20-\x7e]+/g, ' '), MAX_SHOWN)}`;
}

function unusable(problem: string): UnusableCredentials {
  return { kind: 'unusable', problem };
}
