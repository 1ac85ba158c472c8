import { shown } from '../../printing';

const MAX_REASON = 200;
const MAX_CAUSES = 5;

/** Codes of a connection that was lost under way, as opposed to one that cannot be had. */
const LOST_CONNECTION: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** What went wrong on the wire, in one line and without stack. */
export interface NetworkFault {
  readonly reason: string;
  /** Whether trying again is sensible. */
  readonly lostConnection: boolean;
}

/**
 * Reads the error of a request. The useful part is the innermost cause (`connect ECONNREFUSED 127.0.0.1:5000`); a host with several
 * addresses gives one error for each of them.
 */
export function describeNetworkFault(error: unknown): NetworkFault {
  const chain = causesOf(error);
  const innermost = chain.at(-1);
  const lostConnection = chain.some((cause) => LOST_CONNECTION.has(textOf(cause, 'code')));
  const message = textOf(innermost, 'message') || textOf(innermost, 'code') || 'network error';
  return { reason: shown(message.split('\n')[0] ?? '', MAX_REASON), lostConnection };
}

function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let current = error;
  while (isObject(current) && chain.length < MAX_CAUSES) {
    chain.push(current);
    const several = 'errors' in current && Array.isArray(current.errors) ? (current.errors as unknown[]) : [];
    current = several[0] ?? ('cause' in current ? current.cause : undefined);
  }
  return chain;
}

function textOf(error: unknown, field: 'code' | 'message'): string {
  const value = isObject(error) ? (error as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
