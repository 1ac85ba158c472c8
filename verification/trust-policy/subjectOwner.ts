import { fixedEnds } from './patternSamples';
import type { PatternVariant } from './patternSamples';

/** Hosts where anybody may have an account: there the owner is the first part of the path. */
const FORGES: ReadonlySet<string> = new Set([
  'github.com',
  'gitlab.com',
  'bitbucket.org',
  'codeberg.org',
  'agent.buildkite.com',
  'app.circleci.com',
]);

/** Domains where anybody may have an address: there the owner is the person. */
const MAIL_PROVIDERS: ReadonlySet<string> = new Set([
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'yahoo.com', 'icloud.com', 'me.com', 'aol.com'],
  ...[
    'proton.me',
    'protonmail.com',
    'gmx.de',
    'gmx.net',
    'web.de',
    'mail.ru',
    'yandex.ru',
    'qq.com',
    '163.com',
    'users.noreply.github.com',
  ],
]);

const WEB = /^([a-z][a-z0-9+.-]*:\/\/)([^/]+)\/(?:([^/]+)\/)?/;
const MAIL = /^[^@\s/]+@([^@\s/]+)$/;

/** What a subject or a pattern is about. */
export type SubjectForm = 'web' | 'mail';

export function formOf(subject: string): SubjectForm | undefined {
  if (WEB.test(subject)) return 'web';
  return MAIL.test(subject) ? 'mail' : undefined;
}

/** Whom a subject belongs to: `github.com/acme`, `ci.acme.example`, `acme.example`, `ann@gmail.com`; undefined when it cannot be told. */
export function ownerOf(subject: string): string | undefined {
  const [, , host, first] = WEB.exec(subject) ?? [];
  if (host !== undefined) return webOwner(host, first);
  const [, domain] = MAIL.exec(subject) ?? [];
  if (domain === undefined) return undefined;
  return MAIL_PROVIDERS.has(domain.toLowerCase()) ? subject : domain;
}

function webOwner(host: string, first: string | undefined): string | undefined {
  if (!FORGES.has(host)) return host;
  return first === undefined ? undefined : `${host}/${first}`;
}

/** Whom a pattern names, as far as its fixed text tells. */
export interface IntendedOwner {
  /** Absent: nobody can be told from everybody else. */
  readonly owner?: string;
  readonly form?: SubjectForm;
}

export function intendedOwner(variant: PatternVariant): IntendedOwner {
  const { prefix, suffix } = fixedEnds(variant);
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(prefix)) {
    const [, , host, first] = WEB.exec(prefix) ?? [];
    const owner = host === undefined ? undefined : webOwner(host, first);
    return { form: 'web', ...(owner !== undefined && { owner }) };
  }
  const [, domain] = /@([^@/]+)$/.exec(suffix) ?? [];
  if (domain === undefined) return {};
  return MAIL_PROVIDERS.has(domain.toLowerCase()) ? { form: 'mail' } : { form: 'mail', owner: domain };
}
