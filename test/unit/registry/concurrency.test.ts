import { ContentCache } from '../../../verification/registry/contentCache';
import { RequestSlots } from '../../../verification/registry/requestSlots';
import { SharedRequests } from '../../../verification/registry/sharedRequests';

const patient = (): AbortSignal => new AbortController().signal;

describe('RequestSlots', () => {
  it('admits in order of arrival as slots come free', async () => {
    const slots = new RequestSlots(1);
    const admitted: string[] = [];
    const first = await slots.acquire(patient());
    const rest = ['b', 'c'].map(async (name) => {
      const release = await slots.acquire(patient());
      admitted.push(name);
      release?.();
    });
    expect(admitted).toEqual([]);
    first?.();
    await Promise.all(rest);
    expect(admitted).toEqual(['b', 'c']);
  });

  it('lets one leave the queue without losing the slot for the next', async () => {
    const slots = new RequestSlots(1);
    const controller = new AbortController();
    const first = await slots.acquire(patient());
    const leaving = slots.acquire(controller.signal);
    const staying = slots.acquire(patient());
    controller.abort();
    expect(await leaving).toBeUndefined();
    first?.();
    expect(await staying).toBeDefined();
  });

  it('gives nothing to somebody who has already given up', async () => {
    const slots = new RequestSlots(1);
    expect(await slots.acquire(AbortSignal.abort())).toBeUndefined();
    expect(await slots.acquire(patient())).toBeDefined();
  });
});

describe('SharedRequests', () => {
  it('aborts the work when the last caller has left, and starts anew for the next', async () => {
    const shared = new SharedRequests<string>();
    const signals: AbortSignal[] = [];
    const endless = async (signal: AbortSignal): Promise<string> => {
      signals.push(signal);
      return await new Promise(() => undefined);
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const results = [one, two].map(async ({ signal }) => shared.run('key', signal, endless, () => 'gave up'));
    one.abort();
    expect(signals[0]?.aborted).toBe(false);
    two.abort();
    expect(await Promise.all(results)).toEqual(['gave up', 'gave up']);
    expect(signals[0]?.aborted).toBe(true);
    expect(
      await shared.run(
        'key',
        patient(),
        () => Promise.resolve('new work'),
        () => 'gave up',
      ),
    ).toBe('new work');
  });

  it('keeps no result', async () => {
    const shared = new SharedRequests<number>();
    let runs = 0;
    const work = (): Promise<number> => Promise.resolve((runs += 1));
    expect(await shared.run('key', patient(), work, () => 0)).toBe(1);
    expect(await shared.run('key', patient(), work, () => 0)).toBe(2);
  });
});

describe('ContentCache', () => {
  it('drops the oldest when it is full', () => {
    const cache = new ContentCache<string>(10);
    cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    cache.set('c', 'C', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 'B', 'C']);
  });

  it('does not take in what is larger than itself', () => {
    const cache = new ContentCache<string>(10);
    cache.set('a', 'A', 4);
    cache.set('big', 'B', 11);
    expect([cache.get('a'), cache.get('big')]).toEqual(['A', undefined]);
  });

  it('does not count the same entry twice', () => {
    const cache = new ContentCache<string>(10);
    for (let round = 0; round < 5; round += 1) cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    expect(cache.get('a')).toBe('A');
  });
});
