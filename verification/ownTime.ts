import type { Processor, ProcessorUse } from './processor';

/** A deadline that measures what one image takes, not what others take. */
export interface OwnTime {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** To be called when there is nothing more to wait for. */
  end(): void;
}

/**
 * Time that runs for an image, except while the thread works for others: with a clock on the wall, one image that someone stuffed with evidence
 * would use up the time of all.
 *
 * @param use what the image itself has used of the processor
 */
export function startOwnTime(milliseconds: number, processor: Processor, use: ProcessorUse): OwnTime {
  const controller = new AbortController();
  const started = performance.now();
  const forOthers = (): number => processor.busyMs - use.milliseconds;
  const before = forOthers();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const left = milliseconds - (performance.now() - started) + (forOthers() - before);
    if (left <= 0) controller.abort();
    // It alone keeps no process alive.
    else timer = setTimeout(wait, Math.ceil(left)).unref();
  };
  wait();
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
