interface Flight<T> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Runs one piece of work per key for everybody who asks while it is under way. A caller that gives up does not take the work from the
 * others; when the last one has left, the work is aborted.
 */
export class SharedRequests<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /**
   * @param start the work; it gets a signal of its own, since it belongs to no single caller
   * @param whenAborted what this caller gets when its own signal is aborted first
   */
  async run(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>, whenAborted: () => T): Promise<T> {
    if (signal.aborted) return whenAborted();
    const flight = this.#flights.get(key) ?? this.#launch(key, start);
    flight.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<T>((resolve) => {
      leave = () => {
        this.#abandon(key, flight);
        resolve(whenAborted());
      };
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([flight.outcome, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #launch(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const outcome = start(controller.signal).finally(() => this.#forget(key, flight));
    const flight: Flight<T> = { outcome, controller, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  #abandon(key: string, flight: Flight<T>): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    // Forgotten at once: whoever comes now must not join work that is being aborted.
    this.#forget(key, flight);
    flight.controller.abort();
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
