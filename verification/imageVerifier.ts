import path from 'node:path';
import type { CustomChecks } from './attestations/types';
import { AuthorityMaterials } from './authorities';
import type { TrustRootMaterial } from './authorities';
import { openVerificationCache } from './cache';
import type { VerificationCache, VerificationCacheOptions } from './cache';
import { loadEvidence } from './loadEvidence';
import { CONCURRENT_IMAGES, IMAGE_DEADLINE_MS } from './limits';
import { trustRootNamed } from './loadTrustPolicy';
import type { LoadedTrustPolicy } from './loadTrustPolicy';
import { startOwnTime } from './ownTime';
import { sharedProcessor } from './processor';
import { createRegistryClient } from './registry/ociClient';
import type { RegistryClientOptions } from './registry/ociClient';
import { repositoryName } from './reference/reference';
import type { ImageReference, RegistryClient, Repository } from './registry/types';
import { failure, success } from './result';
import type { Result } from './result';
import { Semaphore } from './semaphore';
import type { PreviousVerdicts } from './lifecycle/previousVerdicts';
import type { Finding } from './finding';
import { policiesFor } from './trust-policy/imageMatching';
import { lintTrustPolicy } from './trust-policy/lint';
import type { Verdict } from './verdict';
import { verifyImage } from './verifyImage';

export interface ImageVerifierOptions {
  readonly registry?: RegistryClientOptions;
  /** Milliseconds for everything about one image (default 30,000); work about other images does not count. */
  readonly imageDeadlineMs?: number;
  /**
   * What is kept between runs; `{}` for the usual places, `false` for nothing. Default: nothing, since a library should not write into its
   * user's directories unasked; the policy pack and the gate pass `{}`.
   */
  readonly cache?: VerificationCacheOptions | false;
  /**
   * A second repository to look for signatures and attestations in, beside the image's own: where cosign was run with `COSIGN_REPOSITORY`.
   * `parseRepository` reads one. Default: none.
   */
  readonly signatureRepository?: Repository;
  /**
   * Policy time (default: the clock), called once per image: the time for which the question "may it run?" is asked. Ages of signatures and
   * attestations and the ends of exceptions are measured against it. Fix it (`() => new Date('2026-12-01T00:00:00Z')`) for reproducible runs,
   * or move it ahead to see what will stop working. Whether a certificate was valid does not depend on it: that is decided for the moment of
   * signing.
   */
  readonly now?: () => Date;
  /**
   * Earlier verdicts about each repository (see `previousVerdictOf`), for policies with `continuity` or `rollback`. Default: those of the
   * `model.lock` beside the trust policy; without one, there is nothing to compare with, and each verdict warns of that.
   */
  readonly previousVerdicts?: PreviousVerdicts;
  /**
   * Checks in code for `custom` requirements, by the name of the requirement. They run here only: admission control cannot run them, so what
   * must hold in the cluster too belongs into the policy. Default: none.
   */
  readonly customChecks?: CustomChecks;
}

/**
 * Verifies images under one trust policy for the length of a run: connections, tokens and trust roots are shared, and one reference is
 * verified once however many ask, at the same time or later.
 *
 * @example
 * const policy = await loadTrustPolicy('trust-policy.yaml');
 * if (policy.ok) console.log(await new ImageVerifier(policy.value).verify('ghcr.io/acme/sentiment@sha256:…'));
 */
export class ImageVerifier {
  readonly #loaded: LoadedTrustPolicy;
  readonly #registry: RegistryClient;
  readonly #cache: VerificationCache | undefined;
  readonly #materials: AuthorityMaterials;
  readonly #deadlineMs: number;
  readonly #now: () => Date;
  readonly #previousVerdicts: PreviousVerdicts;
  readonly #customChecks: CustomChecks | undefined;
  readonly #signatureRepository: Repository | undefined;
  readonly #turns = new Semaphore(CONCURRENT_IMAGES);
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  #underWay = 0;

  constructor(loaded: LoadedTrustPolicy, options: ImageVerifierOptions = {}) {
    this.#loaded = loaded;
    const registry = createRegistryClient(options.registry ?? {});
    this.#cache = options.cache ? openVerificationCache(options.cache) : undefined;
    this.#registry = this.#cache?.overRegistry(registry, options.registry?.limits?.manifestDescriptors) ?? registry;
    this.#materials = new AuthorityMaterials((name) => this.#loadTrustRoot(name), loaded.keys);
    this.#signatureRepository = options.signatureRepository;
    this.#now = options.now ?? (() => new Date());
    this.#customChecks = options.customChecks;
    this.#previousVerdicts = options.previousVerdicts ?? loaded.previousVerdicts;
    this.#deadlineMs = options.imageDeadlineMs ?? IMAGE_DEADLINE_MS;
  }

  /** Whether any policy speaks about the image. */
  covers(reference: ImageReference): boolean {
    return policiesFor(repositoryName(reference.repository), this.#loaded.policy).length > 0;
  }

  /** Weak spots of the trust policy itself, and of the choice of its file: to be reported once, next to the verdicts. */
  lint(): readonly Finding[] {
    return [...(this.#loaded.notices ?? []), ...lintTrustPolicy(this.#loaded.policy, this.#now())];
  }

  /** The verdict about an image. Never rejects: a fault of our own becomes `undetermined` with `internal-error`. */
  verify(reference: string): Promise<Verdict> {
    const known = this.#verdicts.get(reference);
    if (known !== undefined) return known;
    this.#underWay += 1;
    const verdict = this.#turns.run(() => this.#verifyNow(reference)).finally(() => this.#finished());
    this.#verdicts.set(reference, verdict);
    return verdict;
  }

  /** All images of a preview are under way together, so that they become one file of the cache, written before the last verdict is given. */
  #finished(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#cache?.flush();
  }

  async #verifyNow(reference: string): Promise<Verdict> {
    const use = { milliseconds: 0 };
    const time = startOwnTime(this.#deadlineMs, sharedProcessor, use);
    try {
      const context = {
        registry: this.#registry,
        materials: this.#materials,
        now: this.#now,
        work: { use, deadlineMs: this.#deadlineMs },
        previousVerdicts: this.#previousVerdicts,
        ...(this.#customChecks && { customChecks: this.#customChecks }),
        ...(this.#cache?.results && { results: this.#cache.results }),
        ...(this.#signatureRepository && { signatureRepository: this.#signatureRepository }),
      };
      return await verifyImage(reference, this.#loaded.policy, context, time.signal);
    } catch (error) {
      // A bug must not let an image through, and must not stop the engine with a stack trace that hides all other results.
      const reason = error instanceof Error ? error.message : String(error);
      const finding = { code: 'internal-error', during: `verification of ${reference}`, reason } as const;
      return { outcome: 'undetermined', reference, enforcement: 'enforce', findings: [finding] };
    } finally {
      time.end();
    }
  }

  async #loadTrustRoot(name: string): Promise<Result<TrustRootMaterial>> {
    const loaded = await this.#readTrustRoot(name);
    if (!loaded.ok) return loaded;
    const { root, warnings } = loaded.value;
    const { trustRootExpiry } = await loadEvidence();
    return success({ root, warnings: [...warnings, ...trustRootExpiry(root, this.#now())] });
  }

  async #readTrustRoot(name: string): Promise<Result<TrustRootMaterial>> {
    const root = trustRootNamed(this.#loaded.policy, name);
    const { loadTrustRootFile, loadTufTrustRoot } = await loadEvidence();
    if (root.kind === 'public-good') return loadTufTrustRoot(root);
    if (root.kind === 'tuf') {
      const rootFile = path.resolve(this.#loaded.directory, root.root);
      return loadTufTrustRoot(root, { mirror: { url: root.url, rootFile } });
    }
    const bytes = this.#loaded.trustRootFiles.get(name);
    if (bytes === undefined) throw new Error(`the file of trust root ${name} was not loaded with the policy`);
    const loaded = loadTrustRootFile(bytes, root);
    return loaded.ok ? success({ root: loaded.value, warnings: [] }) : failure(loaded.finding);
  }
}
