import { AuthorityMaterials } from './authorities';
import type { TrustRootMaterial } from './authorities';
import { CONCURRENT_IMAGES, IMAGE_DEADLINE_MS } from './limits';
import { trustRootNamed } from './loadTrustPolicy';
import type { LoadedTrustPolicy } from './loadTrustPolicy';
import { createRegistryClient } from './registry/ociClient';
import type { RegistryClientOptions } from './registry/ociClient';
import { repositoryName } from './registry/reference';
import type { ImageReference, RegistryClient } from './registry/types';
import { failure, success } from './result';
import type { Result } from './result';
import { loadPublicGoodTrustRoot } from './sigstore/publicGoodTrustRoot';
import { loadTrustRootFile } from './sigstore/trustRoot';
import { Semaphore } from './semaphore';
import { policiesFor } from './trust-policy/imageMatching';
import type { Verdict } from './verdict';
import { verifyImage } from './verifyImage';

export interface ImageVerifierOptions {
  readonly registry?: RegistryClientOptions;
  /** Milliseconds for everything about one image (default 30,000). */
  readonly imageDeadlineMs?: number;
  /** Policy time (default: the clock). Fix it for reproducible runs. */
  readonly now?: () => Date;
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
  readonly #materials: AuthorityMaterials;
  readonly #deadlineMs: number;
  readonly #now: () => Date;
  readonly #turns = new Semaphore(CONCURRENT_IMAGES);
  readonly #verdicts = new Map<string, Promise<Verdict>>();

  constructor(loaded: LoadedTrustPolicy, options: ImageVerifierOptions = {}) {
    this.#loaded = loaded;
    this.#registry = createRegistryClient(options.registry ?? {});
    this.#materials = new AuthorityMaterials((name) => this.#loadTrustRoot(name), loaded.keys);
    this.#now = options.now ?? (() => new Date());
    this.#deadlineMs = options.imageDeadlineMs ?? IMAGE_DEADLINE_MS;
  }

  /** Whether any policy speaks about the image. */
  covers(reference: ImageReference): boolean {
    return policiesFor(repositoryName(reference.repository), this.#loaded.policy).length > 0;
  }

  /** The verdict about an image. Never rejects: a fault of our own becomes `undetermined` with `internal-error`. */
  verify(reference: string): Promise<Verdict> {
    const known = this.#verdicts.get(reference);
    if (known !== undefined) return known;
    const verdict = this.#turns.run(() => this.#verifyNow(reference));
    this.#verdicts.set(reference, verdict);
    return verdict;
  }

  async #verifyNow(reference: string): Promise<Verdict> {
    try {
      const context = { registry: this.#registry, materials: this.#materials, now: this.#now };
      return await verifyImage(reference, this.#loaded.policy, context, AbortSignal.timeout(this.#deadlineMs));
    } catch (error) {
      // A bug must not let an image through, and must not stop the engine with a stack trace that hides all other results.
      const reason = error instanceof Error ? error.message : String(error);
      const finding = { code: 'internal-error', during: `verification of ${reference}`, reason } as const;
      return { outcome: 'undetermined', reference, enforcement: 'enforce', findings: [finding] };
    }
  }

  async #loadTrustRoot(name: string): Promise<Result<TrustRootMaterial>> {
    const root = trustRootNamed(this.#loaded.policy, name);
    if (root.kind === 'public-good') {
      return loadPublicGoodTrustRoot(root);
    }
    const bytes = this.#loaded.trustRootFiles.get(name);
    if (bytes === undefined) throw new Error(`the file of trust root ${name} was not loaded with the policy`);
    const loaded = loadTrustRootFile(bytes, root);
    return loaded.ok ? success({ root: loaded.value }) : failure(loaded.finding);
  }
}
