import type { Finding } from './finding';
import { CONCURRENT_READS, MAX_EVIDENCE_BYTES, MAX_EVIDENCE_MANIFEST_BYTES, MAX_EVIDENCE_ITEMS, MAX_VERIFICATIONS } from './limits';
import { sharedProcessor } from './processor';
import type { Processor, ProcessorUse } from './processor';
import { Semaphore } from './semaphore';

type LimitExceeded = Extract<Finding, { code: 'limit-exceeded' }>;

const MEBIBYTE = 1024 * 1024;
const MANIFESTS = 'manifests of evidence';

/**
 * All that may be done about one image: bytes, manifests and blobs that are read, signatures that are tried, time. Whoever may push decides how
 * much is attached, and each piece has bounds of its own that still multiply (CVE-2024-29902): this is their sum. What is used up is said by
 * `faults`, once for each bound; nothing is verified, and nothing called missing, because of it.
 */
export class ImageWork {
  readonly #reference: string;
  readonly #processor: Processor;
  readonly #signal: AbortSignal;
  readonly #deadlineMs: number | undefined;
  readonly #faults = new Map<string, LimitExceeded>();
  readonly #use: ProcessorUse;
  readonly #reads = new Semaphore(CONCURRENT_READS);
  #bytes = MAX_EVIDENCE_BYTES;
  #manifestBytes = MAX_EVIDENCE_MANIFEST_BYTES;
  #items = MAX_EVIDENCE_ITEMS;
  #verifications = MAX_VERIFICATIONS;

  /** @param signal aborted when the time is over */
  constructor(reference: string, signal: AbortSignal, options: ImageWorkOptions = {}) {
    this.#reference = reference;
    this.#signal = signal;
    this.#processor = options.processor ?? sharedProcessor;
    this.#use = options.use ?? { milliseconds: 0 };
    this.#deadlineMs = options.deadlineMs;
  }

  /** What was left undone, and for which bound. */
  get faults(): readonly LimitExceeded[] {
    return [...this.#faults.values()];
  }

  /** Runs one unit of work about this image, in turn with those about others. */
  async run<T>(unit: () => T): Promise<T> {
    return this.#processor.run(this.#use, unit);
  }

  /** Reads one thing from the registry, a few at a time. */
  async read<T>(request: () => Promise<T>): Promise<T> {
    return this.#reads.run(request);
  }

  /** Takes bytes off what may be read; false, and nothing taken, when they are not left. */
  takeBytes(bytes: number): boolean {
    if (bytes > this.#bytes) {
      return this.#refuse('signatures and attestations', `${MAX_EVIDENCE_BYTES / MEBIBYTE} MiB`, 'more by their descriptors');
    }
    this.#bytes -= bytes;
    return true;
  }

  /** Whether any are left for manifests. Asked before each is fetched: what will not count need not be read. */
  hasManifestBytes(): boolean {
    return !this.#faults.has(MANIFESTS);
  }

  /** The same for the manifests around them and the lists of them, whose size nobody has signed: taken when they are there. */
  takeManifestBytes(bytes: number): boolean {
    if (bytes > this.#manifestBytes) {
      return this.#refuse(MANIFESTS, `${MAX_EVIDENCE_MANIFEST_BYTES / MEBIBYTE} MiB`, 'more');
    }
    this.#manifestBytes -= bytes;
    return true;
  }

  /** The same for one manifest or blob. */
  takeItem(): boolean {
    if (this.#items === 0) return this.#refuse('manifests and blobs of evidence', String(MAX_EVIDENCE_ITEMS), 'more');
    this.#items -= 1;
    return true;
  }

  /** The same for one signature held against one key or trust root. */
  takeVerification(): boolean {
    if (this.#verifications === 0) return this.#refuse('signatures tried', String(MAX_VERIFICATIONS), 'more');
    this.#verifications -= 1;
    return this.hasTime();
  }

  /** Requests end with the time of the image by themselves; work that needs none has to ask. */
  hasTime(): boolean {
    if (!this.#signal.aborted) return true;
    const limit = this.#deadlineMs === undefined ? 'the time of an image' : `${this.#deadlineMs / 1000} s`;
    return this.#refuse('time for evidence', limit, 'more to look at');
  }

  #refuse(what: string, limit: string, found: string): false {
    if (!this.#faults.has(what)) {
      this.#faults.set(what, { code: 'limit-exceeded', what: `${what} of ${this.#reference}, all together`, limit, found });
    }
    return false;
  }
}

/** What is known of the image's place among others. */
export interface ImageWorkOptions {
  /** Default: that of the process. */
  readonly processor?: Processor;
  readonly use?: ProcessorUse;
  /** For the finding. */
  readonly deadlineMs?: number;
}
