import { inert } from './markup';
import { redacted, redactedReference } from './secrets';
import { escaped } from './unprintable';

/** Characters of one value in a sentence; a subject of a certificate fits. */
const VALUE_LIMIT = 600;
/** Characters of a value between quotation marks. */
const QUOTED_LIMIT = 120;
/** How much more is looked at than shown: a secret may be longer than the piece of it that would be shown. */
const WINDOW = 8;

const CUT = ' … (cut)';

/**
 * A text of others, as it may stand in a sentence of ours: without secrets, every character visible, no markup, one line, cut. A second
 * call changes nothing.
 */
export function shown(text: string, limit = VALUE_LIMIT): string {
  const window = cut(text, limit * WINDOW);
  const safe = inert(escaped(redacted(window)));
  const piece = wholeSpans(cut(safe, limit));
  return piece.length < safe.length || window.length < text.length ? `${piece.replace(/ … \(cut\)$/, '')}${CUT}` : piece;
}

/** A text of others between quotation marks, so that it is seen where it begins and ends. */
export function quoted(text: string, limit = QUOTED_LIMIT): string {
  const window = cut(text, limit * WINDOW);
  const safe = redacted(window);
  const piece = cut(safe, limit);
  const isCut = piece.length < safe.length || window.length < text.length;
  return inert(escaped(JSON.stringify(isCut ? `${piece}…` : piece)));
}

/** As `shown`, for a text that should be one reference: its credentials may hold spaces and quotation marks. */
export function shownReference(text: string, limit = VALUE_LIMIT): string {
  return shown(redactedReference(cut(text, limit * WINDOW)), limit);
}

/** As `quoted`, for a text that should be one reference. */
export function quotedReference(text: string, limit = QUOTED_LIMIT): string {
  return quoted(redactedReference(cut(text, limit * WINDOW)), limit);
}

/** Cuts a line that is put together from our words and texts that were `shown`. */
export function boundedLine(line: string, limit: number): string {
  const piece = wholeSpans(cut(line, limit));
  return piece.length < line.length ? `${piece}${CUT}` : line;
}

/** The first characters of a text, never half of one. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** A code span that lost its end would hand everything behind it to Markdown. */
function wholeSpans(text: string): string {
  return text.split('`').length % 2 === 1 ? text : text.slice(0, text.lastIndexOf('`'));
}
