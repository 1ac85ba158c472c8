/** A moment that a predicate states. */
export interface StatedTime {
  /** For a date without a time: its first moment in UTC. */
  readonly milliseconds: number;
  /** How much later than now it may be and still be meant as past: a date began earlier in Tokyo, and clocks differ. */
  readonly tolerance: number;
}

const DAY = 24 * 60 * 60 * 1000;
const CLOCK_DIFFERENCE = 5 * 60 * 1000;
const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/**
 * Reads a date or a time with zone, RFC 3339. A time without zone is refused: it means another moment on every machine.
 *
 * @param text `2025-01-10` or `2025-01-15T10:30:00Z`
 */
export function calendarTime(text: string): StatedTime | undefined {
  const [, year, month, day, hour] = FORM.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  // `Date` would make 2 March out of 30 February.
  const first = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (first.getUTCMonth() !== Number(month) - 1 || first.getUTCDate() !== Number(day)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  return { milliseconds, tolerance: hour === undefined ? DAY : CLOCK_DIFFERENCE };
}

/** A moment that cannot have passed yet; whoever states it as past is wrong, and must not gain freshness by it. */
export const isInFuture = ({ milliseconds, tolerance }: StatedTime, now: Date): boolean => milliseconds > now.getTime() + tolerance;
