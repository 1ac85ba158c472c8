import { Processor } from '../../../verification/processor';

/** Every unit of `spin` uses up its whole slice. */
const busy = (): Processor => new Processor(Number.MIN_VALUE);
/** As short as the clock can tell. */
const spin = <T>(value: T): T => {
  const started = performance.now();
  while (performance.now() === started);
  return value;
};
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('Processor', () => {
  it('runs units at once while the slice lasts', async () => {
    const processor = new Processor(60_000);
    let ran = 0;
    const units = Array.from({ length: 100 }, () => processor.run({ milliseconds: 0 }, () => (ran += 1)));
    expect(ran).toBe(100);
    await Promise.all(units);
  });

  it('lets the event loop turn between units that use up their slice', async () => {
    const processor = busy();
    let turned = 0;
    let done = false;
    const count = (): void => {
      turned += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(Array.from({ length: 20 }, () => processor.run({ milliseconds: 0 }, () => spin(undefined))));
    done = true;
    expect(turned).toBeGreaterThanOrEqual(19);
  });

  it('runs next whoever has used least', async () => {
    const processor = busy();
    const order: string[] = [];
    const run = (name: string, milliseconds: number) => processor.run({ milliseconds }, () => spin(order.push(name)));
    await Promise.all([run('first to come', 0), run('glutton', 1000), run('glutton', 1000), run('modest', 1), run('newcomer', 0)]);
    expect(order).toEqual(['first to come', 'newcomer', 'modest', 'glutton', 'glutton']);
  });

  it('counts what each has used, and all together', async () => {
    const processor = new Processor();
    const use = { milliseconds: 0 };
    await processor.run(use, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5));
    expect(use.milliseconds).toBeGreaterThan(0);
    expect(processor.busyMs).toBe(use.milliseconds);
  });

  it('goes on after a unit that throws', async () => {
    const processor = busy();
    const failing = processor.run({ milliseconds: 0 }, () => {
      spin(undefined);
      throw new Error('broken');
    });
    const next = processor.run({ milliseconds: 0 }, () => spin('done'));
    await expect(failing).rejects.toThrow('broken');
    await expect(next).resolves.toBe('done');
    await turns(2);
    await expect(processor.run({ milliseconds: 0 }, () => 'later')).resolves.toBe('later');
  });
});
