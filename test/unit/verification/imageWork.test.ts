import { ImageWork } from '../../../verification/imageWork';
import { MAX_EVIDENCE_BYTES, MAX_EVIDENCE_ITEMS, MAX_VERIFICATIONS } from '../../../verification/limits';

const work = (signal = new AbortController().signal) => new ImageWork('ghcr.io/acme/model:v1', signal, { deadlineMs: 30_000 });
const granted = (take: () => boolean, tries: number): number => Array.from({ length: tries }, take).filter(Boolean).length;

describe('ImageWork', () => {
  it('has no faults while nothing was refused', () => {
    const ordinary = work();
    expect([ordinary.takeBytes(5_000), ordinary.takeManifestBytes(500), ordinary.takeItem(), ordinary.takeVerification()]).not.toContain(
      false,
    );
    expect(ordinary.faults).toEqual([]);
  });

  it.each<[string, (stuffed: ImageWork) => () => boolean, number]>([
    ['1000', (stuffed) => () => stuffed.takeItem(), MAX_EVIDENCE_ITEMS],
    ['1000', (stuffed) => () => stuffed.takeVerification(), MAX_VERIFICATIONS],
    ['64 MiB', (stuffed) => () => stuffed.takeBytes(1024 * 1024), MAX_EVIDENCE_BYTES / 1024 / 1024],
    ['16 MiB', (stuffed) => () => stuffed.takeManifestBytes(1024 * 1024), 16],
  ])('says once that %s were not enough', (limit, take, allowed) => {
    const stuffed = work();
    expect(granted(take(stuffed), allowed + 10)).toBe(allowed);
    expect(stuffed.faults).toMatchObject([{ code: 'limit-exceeded', limit }]);
    expect(stuffed.faults[0]?.what).toContain('ghcr.io/acme/model:v1');
  });

  it('tries no signature when the time is over', () => {
    const late = work(AbortSignal.abort());
    expect(late.takeVerification()).toBe(false);
    expect(late.faults).toMatchObject([{ code: 'limit-exceeded', limit: '30 s' }]);
  });
});
