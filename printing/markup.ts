import { escapedCharacter } from './unprintable';

/**
 * Characters that make text live somewhere: HTML and the color tags of Pulumi (`<{%reset%}>`), code spans and fences, links and pictures,
 * mentions, references to issues, addresses without a scheme, and the log commands of CI systems, which are found anywhere in a line
 * (`##[error]`, `##vso[task.setvariable]`). What is left of it reads the same, and is inert in a terminal, in HTML and in Markdown alike.
 */
const LIVE = new RegExp(
  [
    '(?<span>`@[\\w.-]+/[\\w.-]+`)', // made below: text may come by twice
    '(?<scoped>(?<![\\w`/])@(?!refs/)[A-Za-z0-9][\\w.-]*/[\\w.-]+)', // `@angular/core` is a package, and would call a team
    '`',
    '<(?=[A-Za-z/!?{%@#])',
    '!(?=\\[)',
    '\\](?=\\()',
    '(?<![\\w/])@(?!refs/)(?=[A-Za-z0-9])', // `.+@refs/tags/v1` is in every other pattern for subjects
    '#(?=\\d)',
    '(?<issue>(?<=\\bGH)-(?=\\d))',
    '(?<=(?<![\\w/.])www)\\.',
    '(?<=\\b(?:java|vb)script):',
    '(?<=##[\\w.]{0,40})\\[',
  ].join('|'),
  'gi',
);

/** What is live at the beginning of a line only: headings, quotations, lists, rules, fences, definitions, commands of GitHub Actions. `>=1.2` is a version. */
const LIVE_AT_THE_START =
  /^\s*(?:(?=(?:#{1,6}|[-+*]|\d{1,9}[.)])(?:\s|$))|(?=>(?!=?\s?v?\d))|(?=([-=~*_])\1{2})|(?=\[(?![0-9a-f:.]+\])[^\]]*\]:)|(?=::[A-Za-z]))/;

/** `acme/app:gh-123` is an image. */
const isInReference = (text: string, at: number): boolean => /[/:.-]gh$/.test(text.slice(Math.max(0, at - 3), at));

/** A text in which nothing is markup for anything that may show it. */
export function inert(text: string): string {
  const middle = text.replace(LIVE, (match: string, ...rest: readonly unknown[]) => {
    const { span, scoped, issue } = rest.at(-1) as { readonly span?: string; readonly scoped?: string; readonly issue?: string };
    if (span !== undefined) return span;
    if (issue !== undefined && isInReference(rest.at(-2) as string, rest.at(-3) as number)) return match;
    return scoped === undefined ? escapedCharacter(match) : `\`${scoped}\``;
  });
  const start = LIVE_AT_THE_START.exec(middle)?.[0];
  if (start === undefined) return middle;
  return `${start}${escapedCharacter(middle.charAt(start.length))}${middle.slice(start.length + 1)}`;
}
