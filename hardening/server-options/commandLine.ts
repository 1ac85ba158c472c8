import { expandReferences, expandShell } from './expansion';
import type { Values } from './expansion';
import { isShellText, shellWords } from './shellWords';
import type { DangerousOption, ServerInvocation } from './types';

/** A word of a command line and where it was written; without text it is not known here. */
export interface Word {
  readonly text: string | undefined;
  readonly where: DangerousOption['where'];
  readonly index: number;
}

/**
 * The command lines of an invocation: its arguments as they are handed to the program, and each text of several words once more as a shell
 * would split it, since `sh -c "..."` and start scripts of images that read their options from a variable are ways around a look at arguments.
 */
export function commandLines(invocation: ServerInvocation, values: Values): readonly (readonly Word[])[] {
  const { command = [], args = [], env = [] } = invocation;
  const argv = [...place(command, 'command', values), ...place(args, 'args', values)];
  const variables = place(
    env.map(({ value }) => value),
    'env',
    values,
  );
  return [argv, ...[...argv, ...variables.filter(holdsOptions)].flatMap((word) => inShell(word, values))];
}

function place(texts: readonly (string | undefined)[], where: Word['where'], values: Values): readonly Word[] {
  return texts.map((text, index) => ({ text: text === undefined ? undefined : expandReferences(text, values), where, index }));
}

const holdsOptions = ({ text }: Word): boolean => text !== undefined && /(?:^|\s)--?\w/.test(text);

function inShell({ text, where, index }: Word, values: Values): readonly (readonly Word[])[] {
  if (text === undefined || (where !== 'env' && !isShellText(text))) return [];
  const expanded = expandShell(text, values);
  return expanded === undefined ? [] : [shellWords(expanded).map((part) => ({ text: part, where, index }))];
}
