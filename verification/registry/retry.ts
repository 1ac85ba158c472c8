import type { HttpAnswer } from './httpAnswer';
import type { RegistryLimits } from './limits';

const TOO_MANY_REQUESTS = 429;
/** The server errors that pass; 501 and 505 do not. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([TOO_MANY_REQUESTS, 500, 502, 503, 504]);

/** Whether a status says "not now" rather than something about the thing asked for. */
export function isPassingFault(status: number): boolean {
  return PASSING_STATUSES.has(status);
}

/**
 * Milliseconds to wait before trying again after an answer or a lost connection.
 *
 * @param retries how many retries were already made
 * @param answer absent when the connection was lost
 * @returns undefined when the retries are used up
 */
export function retryDelay(retries: number, answer: HttpAnswer | undefined, limits: RegistryLimits, now: number): number | undefined {
  if (retries >= limits.retries) return undefined;
  return retryAfter(answer?.headers.get('retry-after') ?? null, now) ?? limits.retryDelayMs * 2 ** retries;
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
