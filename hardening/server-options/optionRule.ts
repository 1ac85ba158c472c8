import type { DangerousOption } from './types';

/** Which use of an option is dangerous. */
export type Danger =
  /** A switch that is on: the flag stands there, the variable is true. */
  | { readonly when: 'on' }
  /** A protection that is switched off. */
  | { readonly when: 'off' }
  /** Set at all, to whatever value. */
  | { readonly when: 'present' }
  /** Set to a value that `is` dangerous. */
  | { readonly when: 'value'; readonly is: (value: string) => boolean };

/** One row of the table of options that open holes. A rule may name a flag, the variable that means the same, or both. */
export interface OptionRule {
  /** Flags, the usual one first, written with hyphens. */
  readonly flags?: readonly string[];
  /** The shortest text that abbreviates the first flag for servers whose parser accepts that (argparse and getopt do). */
  readonly abbreviatedFrom?: string;
  readonly variables?: readonly string[];
  /** The name means something else, and harmless, to other programs: the rule counts only where the server is known. */
  readonly ambiguous?: true;
  readonly danger: Danger;
  /** The option holds a credential. */
  readonly credential?: true;
  /** The option leads to settings that cannot be seen here. */
  readonly certainty?: 'unknown';
  readonly severity: DangerousOption['severity'];
  readonly reason: string;
  readonly fix: string;
}

/** Words that programs read as "no"; an empty value is one of them. Whatever else stands there may be a "yes". */
const FALSE_WORDS: ReadonlySet<string> = new Set(['', '0', 'false', 'f', 'no', 'n', 'off', 'none', 'null']);
/** Words that hub libraries read as "yes"; with anything else their protection is off. */
const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'on', 'yes', 'true']);

/** Whether a value of the option opens the hole; doubt counts as danger on both sides. */
export function isDangerousValue(danger: Danger, value: string): boolean {
  const word = value.trim().toLowerCase();
  switch (danger.when) {
    case 'on':
      return !FALSE_WORDS.has(word);
    case 'off':
      return !TRUE_WORDS.has(word);
    case 'present':
      return word !== '';
    case 'value':
      return danger.is(value.trim());
  }
}
