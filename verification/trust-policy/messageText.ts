import { PRIVATE_KEY_LABEL, quoted as quotedText } from '../../printing';

export { escaped as printable, hasUnprintable, PRIVATE_KEY_LABEL } from '../../printing';

/** A text of the user as messages show it. Several lines are only described: they may be a key that lost its label. */
export function quoted(text: string): string {
  if (PRIVATE_KEY_LABEL.test(text)) return 'a private key (not shown)';
  const lines = text.trimEnd().split(/\r\n|\r|\n/).length;
  return lines > 1 ? `a text of ${lines} lines` : quotedText(text);
}
