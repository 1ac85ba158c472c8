import path from 'node:path';
import type * as Core from '../verification';
import type { Finding, ImageVerifier, LoadedTrustPolicy, Result, Verdict } from '../verification';

/** How the policy configuration names the trust policy: a path, the policy itself, or nothing. */
export type TrustPolicyConfig = string | Readonly<Record<string, unknown>> | undefined;

/**
 * The connection from the policies to `verification`: loads it on first use (the engine waits for our port, and most of our code is not
 * needed to open one), finds the trust policy, and keeps one verifier for the whole run.
 */
export class Verification {
  #core: Promise<typeof Core> | undefined;
  #verifier: { readonly key: string; readonly opened: Promise<Result<ImageVerifier>> } | undefined;

  /** Opens the trust policy that the configuration names; the same configuration is opened once. */
  open(config: TrustPolicyConfig): Promise<Result<ImageVerifier>> {
    const key = config === undefined ? '' : JSON.stringify(config);
    if (this.#verifier?.key !== key) this.#verifier = { key, opened: this.#open(config) };
    return this.#verifier.opened;
  }

  /** The verifier that `require-verified-image` opened; with that policy disabled, the one of the default place. */
  current(): Promise<Result<ImageVerifier>> {
    return this.#verifier?.opened ?? this.open(undefined);
  }

  async verify(config: TrustPolicyConfig, reference: string): Promise<Verdict> {
    const verifier = await this.open(config);
    if (verifier.ok) return verifier.value.verify(reference);
    return { outcome: 'undetermined', reference, enforcement: 'enforce', findings: [verifier.finding] };
  }

  /** A finding as the text of a violation. */
  async format(finding: Finding, at?: string): Promise<string> {
    return (await this.core()).formatFinding(finding, at);
  }

  /** The findings about one image as one text. */
  async formatAll(findings: readonly Finding[], at: string): Promise<string> {
    return (await this.core()).formatFindings(findings, at);
  }

  core(): Promise<typeof Core> {
    this.#core ??= import('../verification/index.js');
    return this.#core;
  }

  async #open(config: TrustPolicyConfig): Promise<Result<ImageVerifier>> {
    const core = await this.core();
    const loaded = await load(core, config);
    return loaded.ok ? { ok: true, value: new core.ImageVerifier(loaded.value, { cache: {} }) } : loaded;
  }
}

/**
 * The directory in which the user called Pulumi. The engine starts a pack in the pack's own directory and does not tell the program's,
 * but the shell's PWD travels with the environment.
 */
const callersDirectory = (): string => process.env['PWD'] ?? process.cwd();

async function load(core: typeof Core, config: TrustPolicyConfig): Promise<Result<LoadedTrustPolicy>> {
  const directory = callersDirectory();
  if (typeof config === 'string') return core.loadTrustPolicy(path.resolve(directory, config));
  if (config !== undefined) return core.loadInlineTrustPolicy(config, 'the policy configuration', directory);
  const found = await core.findTrustPolicy(directory);
  return found.ok ? core.loadTrustPolicy(found.value) : found;
}
