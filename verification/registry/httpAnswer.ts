import type { AddressKind } from './endpoint';
import { cut, redacted, shown } from '../../printing';

const EXCERPT_CHARACTERS = 40;
/** A registry that echoes our own request must not get a token into the log of a pipeline. */
const CREDENTIALS_IN_TEXT = /\b(bearer|basic)\s+\S+/gi;

export interface AnswerHeaders {
  /** Of a header that comes more than once, all values joined; null when there is none. */
  get(lowerCaseName: string): string | null;
}

/** A complete answer, body read within its bound. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Uint8Array;
  /** Where the server that was asked first is, by the address of its connection; absent where a proxy was between, which hides it. */
  readonly peer?: AddressKind;
}

/** The media type of an answer, lower case, without parameters; empty when there is none. */
export function mediaTypeOf(answer: Pick<HttpAnswer, 'headers'>): string {
  return (answer.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** An answer in a few words for messages: `HTTP 200, text/html, "<!DOCTYPE html><html lang=…"`. */
export function describeAnswer(answer: HttpAnswer): string {
  const text = Buffer.from(answer.body.subarray(0, 4 * EXCERPT_CHARACTERS))
    .toString('latin1')
    .replaceAll(CREDENTIALS_IN_TEXT, '$1 …')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim();
  const excerpt = redacted(text);
  const shownExcerpt = excerpt.length > EXCERPT_CHARACTERS ? `${cut(excerpt, EXCERPT_CHARACTERS)}…` : excerpt;
  return `${describeStatus(answer)}, ${excerpt === '' ? 'empty body' : `"${shownExcerpt}"`}`;
}

/** Status and media type only: for answers whose body may hold a secret. */
export function describeStatus(answer: Pick<HttpAnswer, 'status' | 'headers'>): string {
  return shown(`HTTP ${answer.status}, ${mediaTypeOf(answer) || 'no content type'}`, 100);
}
