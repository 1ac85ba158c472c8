import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PULUMI, binaryPath, buildGoTool, goVersion, isBuilt, pinnedVersion } from './goTool';
import { runCommand } from './runCommand';

/** Policy packs are started through the language host's RunPlugin since this release. */
export const OLDEST_PULUMI = '3.221.0';

export interface PulumiCli {
  readonly path: string;
  readonly version: string;
  readonly origin: 'installed' | 'built';
  /** Variables that the CLI needs in its environment (our language host, when the CLI is our own build). */
  readonly env: Readonly<Record<string, string>>;
}

/** Neither a recent Pulumi nor Go is there; the message names both ways out. */
export class NoPulumiError extends Error {
  constructor(found: string | undefined) {
    super(
      [
        found === undefined
          ? 'No pulumi was found on PATH, and no go to build one.'
          : `pulumi ${found} is older than ${OLDEST_PULUMI}, and there is no go to build a newer one.`,
        'Do one of the two, then run this again:',
        `  - install Pulumi ${OLDEST_PULUMI} or newer: https://www.pulumi.com/docs/install/`,
        '  - install Go 1.26 or newer: https://go.dev/doc/install (the first run then builds Pulumi, about 5 minutes)',
      ].join('\n'),
    );
    this.name = 'NoPulumiError';
  }
}

/** True when `version` (with or without a leading v) is at least `floor`; both are plain semantic versions. */
export function isAtLeast(version: string, floor: string): boolean {
  const parts = (text: string) => text.replace(/^v/, '').split(/[-+]/)[0]!.split('.').map(Number);
  const [have, want] = [parts(version), parts(floor)];
  for (let index = 0; index < 3; index++) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

async function installedPulumi(): Promise<string | undefined> {
  try {
    const result = await runCommand('pulumi', ['version'], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' } });
    const version = result.stdout.trim().replace(/^v/, '');
    return result.code === 0 && /^\d+\.\d+\.\d+/.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

const languageHostScript = path.join(__dirname, '..', 'language-host', 'main.mts');

/** Puts our language host beside the CLI that we built: the engine looks there before it looks on PATH. */
function placeLanguageHost(pulumi: string): void {
  const target = path.join(path.dirname(pulumi), 'pulumi-language-nodejs');
  const script = '#!/bin/sh\nexec "$MODEL_SUPPLY_CHAIN_NODE" --no-warnings "$MODEL_SUPPLY_CHAIN_LANGUAGE_HOST" "$@"\n';
  if (existsSync(target)) return;
  writeFileSync(target, script);
  chmodSync(target, 0o755);
}

export interface PulumiPlan {
  readonly kind: 'installed' | 'cached' | 'build';
  readonly version: string;
}

/** Which Pulumi would be used, without building anything. */
export async function planPulumi(): Promise<PulumiPlan> {
  const installed = await installedPulumi();
  if (installed !== undefined && isAtLeast(installed, OLDEST_PULUMI)) return { kind: 'installed', version: installed };
  const version = pinnedVersion(PULUMI);
  if (isBuilt(PULUMI)) return { kind: 'cached', version };
  if ((await goVersion()) === undefined) throw new NoPulumiError(installed);
  return { kind: 'build', version };
}

/** The Pulumi CLI to use: an installed one when it is new enough, else our own build from the Go module. */
export async function providePulumi(): Promise<PulumiCli> {
  const plan = await planPulumi();
  if (plan.kind === 'installed') return { path: 'pulumi', version: plan.version, origin: 'installed', env: {} };
  await buildGoTool(PULUMI);
  const binary = binaryPath(PULUMI);
  placeLanguageHost(binary);
  return {
    path: binary,
    version: plan.version,
    origin: 'built',
    env: { MODEL_SUPPLY_CHAIN_NODE: process.execPath, MODEL_SUPPLY_CHAIN_LANGUAGE_HOST: languageHostScript },
  };
}
