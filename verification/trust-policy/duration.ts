import * as z from 'zod/mini';
import { quoted } from './messageText';

/** A length of time as a policy writes it. */
export interface Duration {
  /** As written: `7d`. */
  readonly text: string;
  readonly milliseconds: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, m: MINUTE };

/** Five digits of days are 273 years: more is a slip of the hand, and would let everything through. */
const DURATION = /^([1-9]\d{0,4})([dhm])$/;
const EXPECTED = 'expected a duration of days, hours or minutes: "7d", "12h" or "30m"';

/**
 * Reads a duration. Zero is refused: an age of zero can never be met, so it is a mistake rather than a wish.
 *
 * @param text `7d`, `12h`, `30m`
 * @returns the duration, or the problem in the words of a trust policy problem
 * @example parseDuration('12h') // { text: '12h', milliseconds: 43_200_000 }
 */
export function parseDuration(text: string): Duration | string {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const milliseconds = UNIT_MILLISECONDS[unit];
  return count === undefined || milliseconds === undefined
    ? `${EXPECTED}, got ${quoted(text)}`
    : { text, milliseconds: Number(count) * milliseconds };
}

/**
 * A field of the trust policy that holds a duration.
 *
 * @param description of the field, for the JSON Schema; the form of a duration is added
 */
export const durationSchema = (description: string) =>
  z.pipe(
    z.string().check(z.regex(DURATION, EXPECTED), z.describe(`${description} (7d, 12h, 30m)`)),
    z.transform((text, context): Duration => {
      const duration = parseDuration(text);
      if (typeof duration !== 'string') return duration;
      context.issues.push({ code: 'custom', message: duration, input: text });
      return z.NEVER;
    }),
  );

/**
 * Milliseconds in the largest units that fit, for messages: `3 days 4 hours`, `15 minutes`. Cut, never rounded up; at least one minute is
 * told as such.
 */
export function formatDuration(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  if (minutes < 1) return 'less than a minute';
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor(minutes / 60) % 24, 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}
