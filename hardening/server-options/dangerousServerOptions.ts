import { commandLines } from './commandLine';
import type { Word } from './commandLine';
import { commandHole } from './commandRules';
import type { Hole } from './commandRules';
import { knownValues } from './expansion';
import { isDangerousValue } from './optionRule';
import type { OptionRule } from './optionRule';
import { ANY_SERVER } from './rules/anyServer';
import { LLAMA_CPP } from './rules/llamaCpp';
import { NIM } from './rules/nim';
import { SGLANG } from './rules/sglang';
import { TGI } from './rules/tgi';
import { TRITON } from './rules/triton';
import { VLLM } from './rules/vllm';
import { recogniseServer } from './serverKind';
import type { DangerousOption, ModelServerKind, ServerInvocation } from './types';

/** The whole table, by the server that reads the options. NIM starts vLLM and hands options on; SGLang took over the names of vLLM. */
export const SERVER_OPTION_RULES = {
  any: ANY_SERVER,
  vllm: VLLM,
  sglang: SGLANG,
  triton: TRITON,
  nim: NIM,
  tgi: TGI,
  llamaCpp: LLAMA_CPP,
} as const satisfies Readonly<Record<Exclude<ModelServerKind, 'custom'> | 'any', readonly OptionRule[]>>;

/**
 * Options of a model server that open holes: they run code from the model or from callers, open endpoints without a password, download what
 * nobody verified, or take accelerators of others. Every way of writing them counts: `--flag=value`, underscores, abbreviations,
 * `sh -c "..."`, variables that hold options, `$(NAME)` references.
 *
 * @param invocation Command, arguments and environment of one container.
 * @param server What runs there. Left out, or `custom`, it is recognised by the program or the image; failing that, every option whose name
 * means nothing else to other programs counts.
 * @returns One entry for each option and place, in the order of command, args, env; empty when there is none. Values never appear in it.
 *
 * @example
 * dangerousServerOptions({ args: ['--model=/models', '--trust_remote_code'] }, 'vllm')
 * // [{ option: '--trust-remote-code', where: 'args', index: 1, severity: 'block', certainty: 'certain', reason: '…', fix: '…' }]
 */
export function dangerousServerOptions(invocation: ServerInvocation, server?: ModelServerKind): readonly DangerousOption[] {
  const lines = commandLines(invocation, knownValues(invocation.env ?? []));
  const kind = server === undefined || server === 'custom' ? recogniseServer(lines, invocation.image) : server;
  const rules = rulesFor(kind);
  const found: DangerousOption[] = [];
  for (const line of lines) {
    line.forEach((word, at) => {
      for (const hole of holesAt(line, at, rules)) found.push({ ...hole, where: word.where, index: word.index });
    });
  }
  (invocation.env ?? []).forEach(({ name, value }, index) => {
    for (const hole of variableHoles(name, value, rules)) found.push({ ...hole, where: 'env', index });
  });
  return withoutRepetitions(found);
}

function rulesFor(kind: Exclude<ModelServerKind, 'custom'> | undefined): readonly OptionRule[] {
  const { any, vllm, sglang, triton, nim, tgi, llamaCpp } = SERVER_OPTION_RULES;
  const unambiguous = [...vllm, ...sglang, ...triton, ...nim, ...tgi, ...llamaCpp].filter(({ ambiguous }) => ambiguous !== true);
  const own = { vllm, sglang: [...sglang, ...vllm], triton, nim: [...nim, ...vllm], tgi, llamaCpp };
  return [...new Set([...any, ...(kind === undefined ? [] : own[kind]), ...unambiguous])];
}

function holesAt(line: readonly Word[], at: number, rules: readonly OptionRule[]): readonly Hole[] {
  const text = line[at]?.text;
  if (text === undefined) return [];
  const command = commandHole(line, at);
  const assignment = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/s.exec(text)?.groups;
  return [
    ...(command === undefined ? [] : [command]),
    ...(assignment === undefined ? [] : variableHoles(assignment['name'] ?? '', assignment['value'], rules)),
    ...(text.startsWith('-') ? flagHoles(text, line[at + 1], rules) : []),
  ];
}

function flagHoles(text: string, next: Word | undefined, rules: readonly OptionRule[]): readonly Hole[] {
  const equals = text.indexOf('=');
  const written = equals === -1 ? text : text.slice(0, equals);
  // Parsers of Python servers read underscores as hyphens, and `--flag.field` as a part of the value of --flag.
  const flag = written.startsWith('--') ? (written.replaceAll('_', '-').split('.')[0] ?? '') : written;
  return rules.flatMap((rule) => {
    const option = flagOf(rule, flag);
    if (option === undefined) return [];
    if (equals !== -1) return decide(rule, option, text.slice(equals + 1));
    if (rule.danger.when === 'on' || rule.danger.when === 'present') return [hole(rule, option, 'certain')];
    if (next === undefined || next.text?.startsWith('-') === true) return [];
    return decide(rule, option, next.text);
  });
}

function flagOf({ flags = [], abbreviatedFrom }: OptionRule, flag: string): string | undefined {
  const exact = flags.find((candidate) => candidate === flag);
  const [usual] = flags;
  const abbreviated = abbreviatedFrom !== undefined && flag.startsWith(abbreviatedFrom) && usual?.startsWith(flag) === true;
  return exact ?? (abbreviated ? usual : undefined);
}

function variableHoles(name: string, value: string | undefined, rules: readonly OptionRule[]): readonly Hole[] {
  return rules.filter(({ variables = [] }) => variables.includes(name)).flatMap((rule) => decide(rule, name, value));
}

/** A credential from a Secret is how it should be, so what is not known of it is no finding. */
function decide(rule: OptionRule, option: string, value: string | undefined): readonly Hole[] {
  if (value === undefined || value.includes('\0')) return rule.credential === true ? [] : [hole(rule, option, 'unknown')];
  return isDangerousValue(rule.danger, value) ? [hole(rule, option, 'certain')] : [];
}

function hole({ severity, reason, fix, certainty }: OptionRule, option: string, decided: Hole['certainty']): Hole {
  return { option, severity, certainty: certainty ?? decided, reason, fix };
}

function withoutRepetitions(found: readonly DangerousOption[]): readonly DangerousOption[] {
  const order = { command: 0, args: 1, env: 2 } as const;
  const unique = new Map(found.map((option) => [`${option.where} ${option.index} ${option.option} ${option.reason}`, option]));
  return [...unique.values()].sort((one, other) => order[one.where] - order[other.where] || one.index - other.index);
}
