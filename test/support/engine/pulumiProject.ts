import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { providePulumi } from '../../../tools/toolchain/pulumiCli';
import { mustRun, runCommand } from '../../../tools/toolchain/runCommand';
import type { CommandResult } from '../../../tools/toolchain/runCommand';
import type { Cluster } from '../cluster/cluster';
import { startEchoProvider } from './echoProvider';
import type { EchoProviderOptions } from './echoProvider';
import { startKubernetesProvider } from './kubernetesProvider';

export const repositoryRoot = path.join(__dirname, '..', '..', '..');

/** The compiled pack, as a user finds it in node_modules. */
export const policyPackDirectory = path.join(repositoryRoot, 'dist', 'policy-pack');

export interface PreviewOptions {
  /** Stack configuration, `key: value`; keys without a namespace belong to the project. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Contents of the `--policy-pack-config` file. */
  readonly policyConfig?: Readonly<Record<string, unknown>>;
  /** Directory of another pack; `null` runs without one. */
  readonly policyPack?: string | null;
  /** Packs that run besides, without configuration. */
  readonly furtherPacks?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Directory in which pulumi is called. Default: that of the project. PWD stays what it is here, as for every caller that is no shell. */
  readonly cwd?: string;
  /** Options before the operation: `['-C', 'infra']`. */
  readonly globalArgs?: readonly string[];
  /** Options of `up`. */
  readonly upArgs?: readonly string[];
  readonly onOutput?: (text: string) => void;
}

export interface PulumiProject {
  readonly directory: string;
  /** Environment of every command, for people who want to repeat one by hand. */
  readonly env: Readonly<Record<string, string>>;
  /** URNs that providers were asked to create so far. */
  readonly created: readonly string[];
  readonly cli: { readonly path: string; readonly version: string };
  preview(options?: PreviewOptions): Promise<CommandResult & { readonly command: string }>;
  up(options?: PreviewOptions): Promise<CommandResult & { readonly command: string }>;
  close(): void;
}

const STACK = 'dev';

/**
 * A Pulumi project under the real engine: file backend and PULUMI_HOME in a temporary directory, no account, no plugin downloads; providers
 * are the echo stand-in, or for kubernetes the one that applies to a real cluster. Nothing is written into the project directory.
 *
 * @param directory the folder with Pulumi.yaml
 */
export async function openPulumiProject(
  directory: string,
  { cluster, ...echo }: EchoProviderOptions & { readonly cluster?: Cluster } = {},
): Promise<PulumiProject> {
  const pulumi = await providePulumi();
  const scratch = mkdtempSync(path.join(tmpdir(), 'pulumi-project-'));
  mkdirSync(path.join(scratch, 'state'));
  const provider = await startEchoProvider(cluster ? { packages: ['aws'], ...echo } : echo);
  const kubernetes = cluster && (await startKubernetesProvider(cluster));
  const env = {
    ...pulumi.env,
    PULUMI_BACKEND_URL: `file://${path.join(scratch, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: '',
    PULUMI_HOME: path.join(scratch, 'home'),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_DEBUG_PROVIDERS: [provider, kubernetes].flatMap((running) => running?.attach ?? []).join(','),
    NO_COLOR: '1',
    // Our own type check has seen the programs; ts-node would take seconds for it at every run.
    PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
  };
  const project = parse(readFileSync(path.join(directory, 'Pulumi.yaml'), 'utf8')) as { name: string };
  const stackFile = await createStack(pulumi.path, project.name, scratch, { ...process.env, ...env });

  let runs = 0;
  const operate = async (operation: readonly string[], settings: PreviewOptions) => {
    const prefix = path.join(scratch, `run-${runs++}`);
    const args = [...(settings.globalArgs ?? []), ...operation, '--stack', STACK, '--non-interactive', '--diff=false', '--color=never'];
    const config = Object.fromEntries(
      Object.entries(settings.config ?? {}).map(([key, value]) => [key.includes(':') ? key : `${project.name}:${key}`, value]),
    );
    writeFileSync(`${prefix}-stack.yaml`, stringify({ ...stackFile, config }));
    args.push('--config-file', `${prefix}-stack.yaml`);
    if (settings.policyPack !== null) args.push('--policy-pack', settings.policyPack ?? policyPackDirectory);
    for (const pack of settings.furtherPacks ?? []) args.push('--policy-pack', pack);
    if (settings.policyConfig !== undefined) {
      writeFileSync(`${prefix}-policy.json`, JSON.stringify(settings.policyConfig));
      args.push('--policy-pack-config', `${prefix}-policy.json`);
    }
    const result = await runCommand(pulumi.path, args, {
      cwd: settings.cwd ?? directory,
      env: { ...process.env, ...env, ...settings.env },
      ...(settings.onOutput && { onOutput: settings.onOutput }),
      timeoutMs: 180_000,
    });
    return { ...result, command: `pulumi ${args.join(' ')}` };
  };

  return {
    directory,
    env,
    created: provider.created,
    cli: pulumi,
    preview: (settings = {}) => operate(['preview'], settings),
    up: (settings = {}) => operate(['up', '--yes', ...(settings.upArgs ?? [])], settings),
    close() {
      provider.close();
      kubernetes?.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/**
 * Creates the stack from a scratch project of the same name, because `stack init` writes its encryption salt beside Pulumi.yaml and we leave
 * the user's folder alone; returns what it wrote.
 */
async function createStack(pulumi: string, project: string, scratch: string, env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  const directory = path.join(scratch, 'stack');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'Pulumi.yaml'), stringify({ name: project, runtime: 'nodejs' }));
  await mustRun(pulumi, ['stack', 'init', STACK, '--non-interactive'], { cwd: directory, env });
  return parse(readFileSync(path.join(directory, `Pulumi.${STACK}.yaml`), 'utf8')) as Record<string, unknown>;
}
