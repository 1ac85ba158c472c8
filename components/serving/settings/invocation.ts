import type * as pulumi from '@pulumi/pulumi';

import { shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check, Complaint } from '../../arguments/argumentProblems';
import type { ModelServingArgs } from '../args';
import { environmentName, safeArgument } from '../checks';
import type { Launch, ServerPreset } from '../presets/types';

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
export function invocation(args: ModelServingArgs, preset: ServerPreset, launch: Launch, problems: ArgumentProblems): InvocationSettings {
  const ours = preset.arguments(launch);
  const check = (path: string, words: readonly Text[] | undefined) =>
    words?.map((word, index) => problems.check(`${path}[${index}]`, word, safeWord(preset)));
  const command = check('command', args.command);
  const words = check('args', args.args);
  const environment = preset.environment(launch);
  for (const variable of Object.keys(args.env ?? {})) {
    problems.add(`env.${variable}`, environmentName(variable) ?? ownedVariable(variable, environment, preset));
  }
  return {
    command: command ?? preset.command,
    args: ours.length === 0 ? words : [...ours, ...(words ?? [])],
    env: { ...environment, ...args.env },
  };
}

function safeWord(preset: ServerPreset): Check {
  return (value) => safeArgument(value) ?? fightingOption(String(value), preset);
}

/**
 * A word that says otherwise what the preset says. Servers that read their options with Python's argparse also take `_` for `-`, and the
 * beginning of an option for the whole: `--load pt` is `--load-format pt`.
 */
function fightingOption(word: string, preset: ServerPreset): Complaint | undefined {
  const option = word.split(/[=\s]/, 1)[0] ?? '';
  const spelled = option.startsWith('--') ? option.replaceAll('_', '-') : option;
  const owned = preset.ownedOptions.find(({ names }) =>
    names.some((name) => name === spelled || (spelled.length > '--'.length + 1 && spelled.startsWith('--') && name.startsWith(spelled))),
  );
  return owned && { expected: `nothing that this component says to ${preset.title} itself`, found: shown(option), fix: owned.instead };
}

function ownedVariable(variable: string, environment: Readonly<Record<string, unknown>>, preset: ServerPreset): Complaint | undefined {
  return Object.hasOwn(environment, variable)
    ? { expected: `no variable that this component sets for ${preset.title} itself`, found: shown(variable), fix: 'remove it' }
    : undefined;
}
