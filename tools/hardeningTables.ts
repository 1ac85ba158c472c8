import { CONTROLS, POD_SECURITY_CHECKS, SERVER_OPTION_RULES, SURROUNDING_CONTROLS } from '../hardening';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const SERVERS: Readonly<Record<keyof typeof SERVER_OPTION_RULES, string>> = {
  any: 'Any server',
  vllm: 'vLLM (NIM and SGLang take most of these too)',
  sglang: 'SGLang',
  triton: 'Triton',
  nim: 'NIM',
  tgi: 'Text Generation Inference',
  llamaCpp: 'llama.cpp',
};

/** Tables of docs/pod-hardening.md by the name of the place where they stand, from the code that does the work. */
export const HARDENING_TABLES: Readonly<Record<string, () => string>> = {
  'pod-security': () =>
    table(
      ['check', 'level', 'why', 'fix'],
      POD_SECURITY_CHECKS.map(({ id, level, reason, fix }) => [`\`${id}\``, level, reason, fix]),
    ),
  controls: () =>
    table(
      ['control', 'what', 'without it', 'why', 'fix'],
      [...CONTROLS, ...SURROUNDING_CONTROLS].map(({ id, title, severity, reason, fix, toldBy }) => [
        `\`${id}\``,
        title,
        toldBy === undefined ? (severity === 'block' ? 'blocks' : 'advice') : `told by \`${toldBy}\``,
        reason,
        fix,
      ]),
    ),
  'server-options': () =>
    Object.entries(SERVER_OPTION_RULES)
      .map(([server, rules]) => {
        const rows = rules.map(({ flags = [], variables = [], severity, reason, fix }) => [
          code([...flags, ...variables]),
          severity === 'block' ? 'blocks' : 'advice',
          reason,
          fix,
        ]);
        return `### ${SERVERS[server as keyof typeof SERVERS]}\n\n${table(['option', '', 'why', 'fix'], rows)}`;
      })
      .join('\n\n'),
};

/** The page with fresh tables. */
export function pageWithTables(page: string): string {
  return Object.entries(HARDENING_TABLES).reduce((text, [name, make]) => {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
    const [before, after] = [text.indexOf(start), text.indexOf(end)];
    if (before < 0 || after < before) throw new Error(`the page has no ${start} ... ${end}`);
    return `${text.slice(0, before)}${start}\n\n${make()}\n\n${text.slice(after)}`;
  }, page);
}
