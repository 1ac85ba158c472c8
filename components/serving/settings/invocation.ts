import type * as pulumi from '@pulumi/pulumi';

import { shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check, Complaint } from '../../arguments/argumentProblems';
import type { ModelServingArgs } from '../args';
import type { ModelServer } from '../args/server';
import { commandWord, environmentName } from '../checks';
import type { Launch, ServerPreset } from '../presets/types';
import { refuseDangerousOptions } from './dangerousOptions';

type Text = pulumi.Input<string>;

/** How the server is started. */
export interface InvocationSettings {
  /** `undefined` leaves it to the image. */
  readonly command: readonly Text[] | undefined;
  readonly args: readonly Text[] | undefined;
  /** Variables of the server and of the author, without those that every server gets. */
  readonly env: Readonly<Record<string, Text>>;
}

/** The words of the preset, then those of the author; for a custom server only the latter. */
export function invocation(
  args: ModelServingArgs,
  server: { readonly kind: ModelServer; readonly preset: ServerPreset },
  launch: Launch,
  problems: ArgumentProblems,
): InvocationSettings {
  const { kind, preset } = server;
  const ours = preset.arguments(launch);
  const environment = preset.environment(launch);
  for (const variable of Object.keys(args.env ?? {})) {
    problems.add(`env.${variable}`, environmentName(variable) ?? ownedVariable(variable, environment, preset));
  }
  const words = (path: string, values: readonly Text[] | undefined) =>
    (values ?? []).map((word, index) => problems.check(`${path}[${index}]`, word, wordOf(preset)));
  const added = refuseDangerousOptions(
    { command: words('command', args.command), args: words('args', args.args), env: args.env ?? {} },
    kind,
    problems,
  );
  return {
    command: args.command === undefined ? preset.command : added.command,
    args: ours.length === 0 && args.args === undefined ? undefined : [...ours, ...added.args],
    env: { ...environment, ...added.env },
  };
}

const wordOf =
  (preset: ServerPreset): Check =>
  (value) =>
    commandWord(value) ?? fightingOption(String(value), preset);

/**
 * A word that says otherwise what the preset says. Servers that read their options with Python's argparse also take `_` for `-`, and the
 * beginning of an option for the whole: `--load pt` is `--load-format pt`.
 */
function fightingOption(word: string, preset: ServerPreset): Complaint | undefined {
  const option = word.split(/[=\s]/, 1)[0] ?? '';
  const spelled = option.startsWith('--') ? option.replaceAll('_', '-') : option;
  const abbreviated = /^--[a-z]{2}/.test(spelled);
  const owned = preset.ownedOptions.find(({ names }) =>
    names.some((name) => name === spelled || (abbreviated && name.startsWith(spelled))),
  );
  return owned && { expected: `no option that ModelServing writes for ${preset.title} itself`, found: shown(option), fix: owned.instead };
}

function ownedVariable(variable: string, environment: Readonly<Record<string, unknown>>, preset: ServerPreset): Complaint | undefined {
  return Object.hasOwn(environment, variable)
    ? { expected: `no variable that this component sets for ${preset.title} itself`, found: shown(variable), fix: 'remove it' }
    : undefined;
}
