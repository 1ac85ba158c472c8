import { Semaphore } from '../../../verification/semaphore';

/** Work that ends when told to. */
function controlled() {
  const finish: (() => void)[] = [];
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = (id: number) => async () => {
    order.push(id);
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => finish.push(resolve));
    running--;
    return id;
  };
  return { work, finish, order, most: () => most };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('when there is more work than places', () => {
  it('runs at most that many at the same time, in the order in which they came', async () => {
    const semaphore = new Semaphore(2);
    const { work, finish, order, most } = controlled();
    const all = Promise.all([0, 1, 2, 3, 4].map((id) => semaphore.run(work(id))));
    await settled();
    expect(order).toEqual([0, 1]);
    for (let next = 0; next < 5; next++) {
      finish[next]?.();
      await settled();
    }
    expect(await all).toEqual([0, 1, 2, 3, 4]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most()).toBe(2);
  });

  it('lets nobody in between the end of one and the start of the next in line', async () => {
    const semaphore = new Semaphore(1);
    const { work, finish, order, most } = controlled();
    const first = semaphore.run(work(0));
    const second = semaphore.run(work(1));
    await settled();
    finish[0]?.();
    const late = first.then(() => semaphore.run(work(2)));
    await settled();
    finish[1]?.();
    await settled();
    finish[2]?.();
    await Promise.all([second, late]);
    expect(order).toEqual([0, 1, 2]);
    expect(most()).toBe(1);
  });
});

describe('when work fails', () => {
  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws at once',
      () => {
        throw new Error('broken');
      },
    ],
  ])('hands the place on if it %s, and the error to the caller', async (_what, work) => {
    const semaphore = new Semaphore(1);
    const failing = semaphore.run(work);
    const waiting = semaphore.run(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('broken');
    expect(await waiting).toBe('done');
    expect(await semaphore.run(() => Promise.resolve('later'))).toBe('later');
  });
});
