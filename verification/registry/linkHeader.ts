const MAX_HEADER_LENGTH = 8 * 1024;
const LINK = /<([^<>]*)>([^<]*)/g;

/**
 * The target of the link to the next page, undefined when this is the last one.
 * https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function nextLink(header: string | null): string | undefined {
  const links = (header ?? '').slice(0, MAX_HEADER_LENGTH).matchAll(LINK);
  for (const [, target, parameters = ''] of links) {
    if (/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(parameters)) return target;
  }
  return undefined;
}
