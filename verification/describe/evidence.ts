import { isCommandWord, isHarmless, shown, shownReference } from '../../printing';
import type { Finding } from '../finding';

/** Items of one list that are looked at: a signed statement may name a hundred thousand subjects. */
const MAX_ITEMS = 110;

/** The finding with every text as it may be shown: whatever is put together from it is free of secrets, hidden characters and markup. */
export function shownEvidence<F extends Finding>(finding: F): F {
  return mapTexts(finding, 'code', (text, field) => (field === 'reference' ? shownReference(text) : shown(text)));
}

/**
 * The finding with placeholders for every text that may not stand in a line that people copy into a shell. A package once ended its name
 * with `; curl … | sh`; the next may do so in a field that does not exist yet, so this is decided here, for all fields.
 */
export function commandEvidence<F extends Finding>(finding: F): F {
  return mapTexts(finding, 'code', (text, field) => (mayBeInCommand(text, field) ? text : placeholder(field)));
}

/** Values of closed unions that decide what the next step is. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'bill of materials',
  'security review',
  'verification summary',
  'certificate authority',
  'transparency log',
  'certificate transparency log',
  'timestamp authority',
  ...['root', 'targets', 'snapshot', 'timestamp'].map((role) => `TUF ${role}`),
]);

/** Fields of files of the user, which are quoted for the shell and may hold what a shell acts on; none begins like an option. */
const OF_THE_USER: ReadonlySet<string> = new Set(['file', 'used', 'lookalikes', 'subject', 'issuer']);
const FIELD_PATH = /^[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*$/;

function mayBeInCommand(text: string, field: string): boolean {
  if (isCommandWord(text) || OWN_WORDS.has(text)) return true;
  if (field === 'path') return text.length <= 200 && FIELD_PATH.test(text) && isHarmless(text);
  return OF_THE_USER.has(field) && !text.startsWith('-') && isHarmless(text.replaceAll('`', ''));
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  reference: 'IMAGE',
  predicateType: 'TYPE',
  predicateTypes: 'TYPE',
  subject: 'IDENTITY',
};

/** What stands in a line to run for a value that may not. */
export const placeholder = (field: string): string => PLACEHOLDERS[field] ?? field.replace(/[A-Z]/g, '_$&').toUpperCase();

function mapTexts<T>(value: T, field: string, map: (text: string, field: string) => string): T;
function mapTexts(value: unknown, field: string, map: (text: string, field: string) => string): unknown {
  if (typeof value === 'string') return field === 'code' ? value : map(value, field);
  if (Array.isArray(value)) return value.map((item, index) => (index < MAX_ITEMS ? mapTexts<unknown>(item, field, map) : '…'));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts<unknown>(item, key, map)]));
}
