/** What is shown in the place of a secret. A word, so that nothing of Markdown or of a shell is added. */
export const REDACTED = 'REDACTED';

/** With its beginning bound to the left: from every letter of a long word anew, it would be looked for in quadratic time. */
const SCHEME = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\//gi;
/** The end of a reference by digest: what is before it may hold credentials, this may not. */
const DIGEST = /(?:@|%40)(?:sha\d+|md5|blake\w*|multihash[\w+.-]*)(?::|%3a)[^@]*$/i;
/** A host that is one beyond doubt: with a domain, with a port, or this machine. */
const HOST =
  /^(?:[\w-]+(?:\.[\w-]+)*\.[a-z][\w-]*(?::\d+)?|[\w.-]+:\d{1,5}|localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\](?::\d+)?)(?:\/|$)/i;
const AUTHORITY = /^(?:[\w.-]*|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;
/**
 * The host in a pattern of a trust policy: `github\.com`, `(github|gitlab)\.com`, `[a-z]+\.corp`. Also between quotation marks,
 * with two backslashes. Without a colon but that of a port, so that no user and password are in it.
 */
const PATTERN_OF_HOST = /^(?=.*\\\.)(?:[\w-]|\\{1,2}[.-]|\.[+*?]?|\((?:\?:)?[\w.\\|-]*\)[+*?]?|\[[\w.^-]*\][+*?]?)*(?::\d{1,5})?$/;

/**
 * A word without the credentials of an address or reference in it. Registries know no user in a reference; people paste one from a URL, and
 * a password may hold `@`, `/` and `:`, so that no parser knows where it ends. What may be a password is taken for one, as long as no
 * honest form is meant: a digest, a ref of a workflow, an e-mail address, the version of a package.
 */
export function withoutUserinfo(word: string): string {
  const schemes = [...word.matchAll(SCHEME)];
  const [first] = schemes;
  if (first === undefined) return ofReference(word);
  const starts = schemes.map(({ index }) => index);
  const parts = schemes.map(({ 0: scheme, index }, at) => `${scheme}${ofAddress(word.slice(index + scheme.length, starts[at + 1]))}`);
  return `${word.slice(0, first.index)}${parts.join('')}`;
}

/** What follows `https://`. */
function ofAddress(rest: string): string {
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const inAuthority = lastAt(authority);
  if (inAuthority !== undefined && !DIGEST.test(authority)) {
    // `ssh://git@github.com`: a name that everybody has.
    return authority.slice(0, inAuthority.start) === 'git' ? rest : `${REDACTED}@${rest.slice(inAuthority.end)}`;
  }
  const before = rest.replace(DIGEST, '');
  const at = lastAt(before);
  if (at === undefined) return rest;
  // `user:pa` is no host with a port: the password goes on behind the slash. `user:1` may be one, if a host follows.
  const isHost = AUTHORITY.test(authority) || PATTERN_OF_HOST.test(authority);
  const mayBePassword = !isHost || (/^[\w-]+:\d+$/.test(authority) && HOST.test(before.slice(at.end)));
  return mayBePassword ? `${REDACTED}@${rest.slice(at.end)}` : rest;
}

/** A reference without scheme. */
function ofReference(word: string): string {
  const before = word.replace(DIGEST, '');
  const at = lastAt(before);
  if (at === undefined || at.start === 0) return word;
  const user = before.slice(0, at.start);
  const behind = before.slice(at.end);
  if (/^(?:.*[^\w])?pkg:/.test(user) || /^mailto:/.test(user) || /^git$/.test(user) || behind.startsWith('refs/')) return word;
  const colon = user.search(/:|%3a/i);
  const slash = user.indexOf('/');
  const isRepository = /^[\w.-]+:\d+\//.test(user) || (slash !== -1 && (colon === -1 || slash < colon));
  const hasCredentials = isRepository ? behind.includes('/') && (colon !== -1 || HOST.test(behind)) : colon !== -1 || behind.includes('/');
  return hasCredentials ? `${REDACTED}@${word.slice(at.end)}` : word;
}

function lastAt(text: string): { readonly start: number; readonly end: number } | undefined {
  const found = [...text.matchAll(/@|%40/gi)].at(-1);
  return found === undefined ? undefined : { start: found.index, end: found.index + found[0].length };
}
