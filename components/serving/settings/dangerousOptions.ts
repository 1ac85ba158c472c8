import type * as pulumi from '@pulumi/pulumi';

import { dangerousServerOptions } from '../../../hardening';
import type { ServerInvocation } from '../../../hardening';
import { shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Complaint } from '../../arguments/argumentProblems';
import { isPlain } from '../../arguments/mapInput';
import type { ModelServer } from '../args/server';

type Text = pulumi.Input<string>;

/** What the author adds to the start of a server. */
export interface AddedInvocation {
  readonly command: readonly Text[];
  readonly args: readonly Text[];
  readonly env: Readonly<Record<string, Text>>;
}

type Word = { readonly where: 'command' | 'args' | 'env'; readonly index: number };

/**
 * Refuses options and variables that open holes, plain ones at once and computed ones when they are known. What is only a bad habit is left
 * to the policy pack to report.
 */
export function refuseDangerousOptions<T extends AddedInvocation>(added: T, server: ModelServer, problems: ArgumentProblems): T {
  const names = Object.keys(added.env);
  const known = invocationOf(added);
  const told = new Set<string>();
  for (const option of holes(known, server)) {
    const path = pathOf(option, names);
    // One word can open a hole by several rules; one of them is enough to remove it.
    if (!told.has(path)) {
      problems.add(path, complaintAbout(option));
    }
    told.add(path);
  }
  const guard = (word: Word, input: Text): Text =>
    isPlain(input)
      ? input
      : problems.check(pathOf(word, names), input, (value) => {
          const option = holes(withWord(known, word, String(value)), server).find(
            ({ where, index }) => where === word.where && index === word.index,
          );
          return option && complaintAbout(option);
        });
  return {
    ...added,
    command: added.command.map((input, index) => guard({ where: 'command', index }, input)),
    args: added.args.map((input, index) => guard({ where: 'args', index }, input)),
    env: Object.fromEntries(Object.entries(added.env).map(([name, input], index) => [name, guard({ where: 'env', index }, input)])),
  };
}

type Hole = ReturnType<typeof dangerousServerOptions>[number];

/** What certainly opens a hole; an option whose value is computed is judged again when it is known. */
function holes(invocation: ServerInvocation, server: ModelServer): readonly Hole[] {
  return dangerousServerOptions(invocation, server).filter(({ severity, certainty }) => severity === 'block' && certainty === 'certain');
}

function invocationOf({ command, args, env }: AddedInvocation): ServerInvocation {
  const plain = (input: Text) => (isPlain(input) && typeof input === 'string' ? input : undefined);
  return {
    command: command.map(plain),
    args: args.map(plain),
    env: Object.entries(env).map(([name, input]) => ({ name, value: plain(input) })),
  };
}

function withWord({ command = [], args = [], env = [] }: ServerInvocation, { where, index }: Word, value: string): ServerInvocation {
  return {
    command: where === 'command' ? command.with(index, value) : command,
    args: where === 'args' ? args.with(index, value) : args,
    env: env.map((variable, at) => (where === 'env' && at === index ? { ...variable, value } : variable)),
  };
}

const pathOf = ({ where, index }: Word, names: readonly string[]): string =>
  where === 'env' ? `env.${names[index] ?? index}` : `${where}[${index}]`;

/** Without the value of the option, which may be a secret. */
const complaintAbout = ({ option, reason, fix }: Hole): Complaint => ({
  expected: 'no option that opens a hole',
  found: `${shown(option)} (${reason})`,
  fix,
});
