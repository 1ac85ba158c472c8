import { ageing } from '../../../verification/lifecycle/ageing';
import { parseDuration } from '../../../verification/trust-policy/duration';
import type { Duration } from '../../../verification/trust-policy/duration';
import { NOW } from './evidence';

const tenDays = parseDuration('10d') as Duration;
const after = (hours: number) => ageing(new Date(NOW.getTime() - hours * 3_600_000), tenDays, NOW);

describe('when something grows old', () => {
  it.each([-1, 0, 167])('says nothing after %s of 240 hours', (hours) => {
    expect(after(hours)).toBeUndefined();
  });

  it.each([168, 239, 240])('warns after %s of 240 hours', (hours) => {
    const until = new Date(NOW.getTime() + (240 - hours) * 3_600_000).toISOString();
    expect(after(hours)).toMatchObject({ maxAge: '10d', until });
  });

  it('leaves what is too old, and a time that is none, to the findings', () => {
    expect(after(240.1)).toBeUndefined();
    expect(ageing(new Date('soon'), tenDays, NOW)).toBeUndefined();
  });
});
