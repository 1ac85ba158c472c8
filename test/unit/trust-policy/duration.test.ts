import { durationSchema, formatDuration, parseDuration } from '../../../verification/trust-policy/duration';

describe('when a duration is read', () => {
  it.each<[string, number]>([
    ['7d', 604_800_000],
    ['12h', 43_200_000],
    ['30m', 1_800_000],
    ['99999d', 8_639_913_600_000],
  ])('takes %s', (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ text, milliseconds });
    expect(durationSchema('Age').parse(text)).toEqual({ text, milliseconds });
  });

  it.each(['', '7', 'd', '0d', '-7d', '07d', '1.5h', '7D', '7 d', '1w', '30s', '1d12h', '100000d', '7d\n', '٧d'])(
    'refuses %j, and says what is expected',
    (text) => {
      expect(parseDuration(text)).toContain('expected a duration of days, hours or minutes');
      expect(durationSchema('Age').safeParse(text).error?.issues[0]?.message).toContain('expected a duration');
    },
  );
});

describe('when a duration is told', () => {
  it.each<[number, string]>([
    [0, 'less than a minute'],
    [60_000, '1 minute'],
    [5_400_000, '1 hour 30 minutes'],
    [86_400_000, '1 day'],
    [2 * 86_400_000 + 3 * 3_600_000 + 240_000, '2 days 3 hours'],
  ])('tells %d milliseconds as %s', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });
});
