import path from 'node:path';
import { shown } from '../printing';
import type * as Core from '../verification';
import type { ChosenTrustPolicy, Finding, ImageVerifier, LoadedTrustPolicy, ProjectDirectory, Result, Verdict } from '../verification';
import type { EngineOperation } from './engineOperation';
import { readPackOrigin, TRUST_POLICY_VARIABLE } from './project/packOrigin';
import type { PackOrigin } from './project/packOrigin';
import { projectDirectory } from './project/projectDirectory';
import { trustPolicyOf } from './project/trustPolicyFile';

/** How the policy configuration names the trust policy: a path, the policy itself, or nothing. */
export type TrustPolicyConfig = string | Readonly<Record<string, unknown>> | undefined;

/** The settings of `require-verified-image` that decide how images are verified. */
export interface VerificationConfig {
  readonly trustPolicy?: TrustPolicyConfig;
  /** Registry host to the hosts of token services that may have its credentials. */
  readonly tokenRealms?: Readonly<Record<string, readonly string[]>>;
}

/** What `Verification` goes by; a pack has all of it. */
export interface VerificationOptions {
  /** Default: an engine that names the project. */
  readonly engine?: Pick<EngineOperation, 'isConfigured'>;
  /** Default: read now. */
  readonly origin?: PackOrigin;
  /** What the pack's configuration says, whether or not the policy that takes the setting is enabled. Default: none. */
  readonly configured?: () => VerificationConfig;
  /** Where the trust policy that decides is reported. Default: standard error, which Pulumi shows under Diagnostics. */
  readonly announce?: (line: string) => void;
}

/** The project of a resource: `urn:pulumi:STACK::PROJECT::TYPE::NAME` */
export const projectOf = (urn: string): string => urn.split('::')[1] ?? '';

/**
 * The connection from the policies to `verification`: loads it on first use (the engine waits for our port, and most of our code is not
 * needed to open one), finds the trust policy, and keeps one verifier for the whole run.
 */
export class Verification {
  readonly #options: VerificationOptions;
  readonly #origin: PackOrigin;
  #core: Promise<typeof Core> | undefined;
  #verifier: { readonly key: string; readonly opened: Promise<Result<ImageVerifier>> } | undefined;

  constructor(options: VerificationOptions = {}) {
    this.#options = options;
    this.#origin = options.origin ?? readPackOrigin();
  }

  /**
   * Opens the trust policy that the configuration names; the same configuration is opened once.
   *
   * @param project the one of the resource that asks
   */
  open(config: VerificationConfig, project: string): Promise<Result<ImageVerifier>> {
    const key = JSON.stringify([project, config.trustPolicy ?? null, config.tokenRealms ?? null]);
    if (this.#verifier?.key !== key) this.#verifier = { key, opened: this.#open(config, project) };
    return this.#verifier.opened;
  }

  /** The verifier that `require-verified-image` opened; with that policy disabled, the one that its settings name. */
  current(project: string): Promise<Result<ImageVerifier>> {
    return this.#verifier?.opened ?? this.open(this.#options.configured?.() ?? {}, project);
  }

  async verify(config: VerificationConfig, reference: string, project: string): Promise<Verdict> {
    const verifier = await this.open(config, project);
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

  async #open({ trustPolicy: config, tokenRealms }: VerificationConfig, project: string): Promise<Result<ImageVerifier>> {
    const core = await this.core();
    const chosen = await this.#choose(core, config, project);
    if (!chosen.ok) return chosen;
    const { policy: loaded, why } = chosen.value;
    const policy = { ...loaded, notices: [...(loaded.notices ?? []), ...(await this.#unusedVariable(core, loaded, config))] };
    const announce = this.#options.announce ?? ((line) => process.stderr.write(`${line}\n`));
    announce(core.describeTrustPolicySource(policy, why));
    return { ok: true, value: new core.ImageVerifier(policy, { cache: {}, ...(tokenRealms && { registry: { tokenRealms } }) }) };
  }

  /** The configuration goes before the environment; where both name a policy, the reader learns which one does not count. */
  async #unusedVariable(core: typeof Core, used: LoadedTrustPolicy, config: TrustPolicyConfig): Promise<readonly Finding[]> {
    const file = this.#origin.trustPolicyVariable;
    if (config === undefined || file === undefined || core.isSamePlace(file, used.file)) return [];
    const loaded = await core.loadTrustPolicy(file);
    if (loaded.ok && loaded.value.fingerprint === used.fingerprint) return [];
    return [{ code: 'trust-policy-unused', used: used.file, unused: [{ file, why: `named by ${TRUST_POLICY_VARIABLE}` }] }];
  }

  /** Explicit first, and by absolute paths only; then by the directory of the project, once it is certain. */
  async #choose(core: typeof Core, config: TrustPolicyConfig, project: string): Promise<Result<ChosenTrustPolicy>> {
    const origin = this.#origin;
    if (typeof config === 'object') {
      const directory = await this.#projectDirectory(core, project);
      const root = directory.ok ? directory.value.root : undefined;
      return because(await core.loadInlineTrustPolicy(config, 'the policy configuration', root), 'inline in the policy configuration');
    }
    if (config !== undefined && path.isAbsolute(config))
      return because(await core.loadTrustPolicy(config), 'named in the policy configuration');
    if (config === undefined && origin.trustPolicyVariable !== undefined) {
      if (!path.isAbsolute(origin.trustPolicyVariable)) return { ok: false, finding: wrongVariable(origin.trustPolicyVariable) };
      return because(await core.loadTrustPolicy(origin.trustPolicyVariable), `named by ${TRUST_POLICY_VARIABLE}`);
    }
    const [misspelled] = origin.similarVariables ?? [];
    if (config === undefined && misspelled !== undefined) return { ok: false, finding: otherVariable(misspelled) };
    const directory = await this.#projectDirectory(core, project);
    if (!directory.ok) return directory;
    if (config === undefined) return trustPolicyOf(directory.value, origin.pwd, core);
    const { root } = directory.value;
    return because(
      await core.loadTrustPolicy(path.resolve(root, config)),
      `named in the policy configuration, from the project directory ${root}`,
    );
  }

  async #projectDirectory(core: typeof Core, project: string): Promise<Result<ProjectDirectory>> {
    const { chain, pwd } = this.#origin;
    const isConfigured = this.#options.engine?.isConfigured() ?? true;
    return projectDirectory({ chain: await chain, pwd, project, isConfigured }, core);
  }
}

const because = (loaded: Result<LoadedTrustPolicy>, why: string): Result<ChosenTrustPolicy> =>
  loaded.ok ? { ok: true, value: { policy: loaded.value, why } } : loaded;

/** An empty one is no less wrong: a script whose own variable was not set must not fall back to another file. */
const wrongVariable = (value: string): Finding => ({
  code: 'pack-setting-invalid',
  problems: [{ path: TRUST_POLICY_VARIABLE, message: `expected an absolute path, got ${JSON.stringify(value)}` }],
});

/** Whoever set it believes that it counts. */
const otherVariable = (name: string): Finding => ({
  code: 'pack-setting-invalid',
  problems: [{ path: shown(name), message: `unknown variable: did you mean "${TRUST_POLICY_VARIABLE}"?` }],
});
