/** What somebody has used of the processor. */
export interface ProcessorUse {
  milliseconds: number;
}

interface Waiting {
  readonly use: ProcessorUse;
  readonly resume: () => void;
}

/** Work in one turn of the event loop. An ordinary image has less to do than that and never waits. */
const SLICE_MS = 25;

/**
 * Shares the only thread. Work comes in units that cannot be interrupted; when those of one turn of the event loop have used up a slice, the
 * others wait for the next turn, so that answers, timers and the engine's own requests come in between. Of those that wait, whoever has used
 * least goes first: an image that someone stuffed with evidence waits for all the others, and they never wait for it.
 */
export class Processor {
  readonly #waiting: Waiting[] = [];
  readonly #sliceMs: number;
  #usedInTurn = 0;
  #turnEnds = false;
  #busyMs = 0;

  /** @param sliceMs for tests */
  constructor(sliceMs = SLICE_MS) {
    this.#sliceMs = sliceMs;
  }

  /** Milliseconds of all work so far. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /**
   * Runs one unit: at once while the slice lasts, else when its turn comes.
   *
   * @param use what the one who asks has used so far; the unit is added to it
   */
  async run<T>(use: ProcessorUse, unit: () => T): Promise<T> {
    if (this.#usedInTurn >= this.#sliceMs || this.#waiting.length > 0) {
      await new Promise<void>((resume) => this.#waiting.push({ use, resume }));
    }
    const started = performance.now();
    try {
      return unit();
    } finally {
      const took = performance.now() - started;
      use.milliseconds += took;
      this.#usedInTurn += took;
      this.#busyMs += took;
      this.#endTurnLater();
      this.#resumeNext();
    }
  }

  #endTurnLater(): void {
    if (this.#turnEnds) return;
    this.#turnEnds = true;
    // After the answers that have arrived meanwhile, and before the next ones.
    setImmediate(() => {
      this.#turnEnds = false;
      this.#usedInTurn = 0;
      this.#resumeNext();
    });
  }

  #resumeNext(): void {
    if (this.#usedInTurn >= this.#sliceMs) return;
    let least: Waiting | undefined;
    for (const waiting of this.#waiting) if (least === undefined || waiting.use.milliseconds < least.use.milliseconds) least = waiting;
    if (least === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(least), 1);
    least.resume();
  }
}

/** There is one thread, and whoever shares it must ask in one place. */
export const sharedProcessor = new Processor();
