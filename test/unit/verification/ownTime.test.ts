import { startOwnTime } from '../../../verification/ownTime';
import { Processor } from '../../../verification/processor';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** A unit of work that stops the thread. */
const block = (milliseconds: number) => () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe('startOwnTime', () => {
  it('ends after its time', async () => {
    const time = startOwnTime(10, new Processor(), { milliseconds: 0 });
    await new Promise((resolve) => time.signal.addEventListener('abort', resolve, { once: true }));
    expect(time.signal.aborted).toBe(true);
  });

  it('does not run while the thread works for others', async () => {
    const processor = new Processor();
    const time = startOwnTime(60_000, processor, { milliseconds: 0 });
    const short = startOwnTime(200, processor, { milliseconds: 0 });
    // Longer than the time itself, whatever the machine.
    await processor.run({ milliseconds: 0 }, block(400));
    await wait(0);
    expect([time.signal.aborted, short.signal.aborted]).toEqual([false, false]);
    time.end();
    short.end();
  });

  it('runs while it works for the image itself', async () => {
    const processor = new Processor();
    const use = { milliseconds: 0 };
    const time = startOwnTime(100, processor, use);
    await processor.run(use, block(200));
    await wait(1);
    expect(time.signal.aborted).toBe(true);
  });

  it('does not end when there is nothing more to wait for', async () => {
    const time = startOwnTime(5, new Processor(), { milliseconds: 0 });
    time.end();
    await wait(20);
    expect(time.signal.aborted).toBe(false);
  });
});
