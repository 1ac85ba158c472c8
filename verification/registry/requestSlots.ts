/** Lets a bounded number of requests run at a time; the others wait in order of arrival. */
export class RequestSlots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Waits for a slot.
   *
   * @returns the function that gives the slot back, to be called once; undefined when the signal was aborted first
   */
  async acquire(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#release;
    }
    return await new Promise((resolve) => {
      const admit = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(this.#release);
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        resolve(undefined);
      };
      this.#waiting.push(admit);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the slot to the next in line without freeing it, so that nobody overtakes. */
  readonly #release = (): void => {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  };
}
