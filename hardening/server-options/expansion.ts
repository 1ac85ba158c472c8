import type { ServerInvocation } from './types';

/** Longest text that an expansion may grow to. Nested variables can double with each step, and a pod spec is nobody's friend. */
const LENGTH_LIMIT = 131_072;

/** Stands around the name of a variable whose value is not known here; no argument can contain it. */
const MARK = '\0';

/** Known values of variables. */
export type Values = ReadonlyMap<string, string>;

/** What the variables of a container hold, as far as it is known: `$(NAME)` refers to the variables before it, as the kubelet does it. */
export function knownValues(env: NonNullable<ServerInvocation['env']>): Values {
  const values = new Map<string, string>();
  for (const { name, value } of env) {
    const text = value === undefined ? undefined : expandReferences(value, values);
    if (text === undefined || text.includes(MARK)) values.delete(name);
    else values.set(name, text);
  }
  return values;
}

/**
 * Replaces `$(NAME)` in a command or argument; `$$(NAME)` stays text.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(text: string, values: Values): string | undefined {
  return within(
    text
      .replaceAll(MARK, '')
      .replace(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (match, name?: string) => (name === undefined ? match : valueOf(name, values))),
  );
}

/** Replaces `$NAME`, `${NAME}` and `${NAME:-default}` in shell text. */
export function expandShell(text: string, values: Values): string | undefined {
  // Behind the last brace no default can end: looking for its end from each `${` would take time by the square of the length.
  const end = text.lastIndexOf('}') + 1;
  const withBraces = text
    .slice(0, end)
    .replace(/\$\{(\w+)(?::?[-=+?]([^}]*))?\}|\$([A-Za-z_]\w*)/g, (_match, braced?: string, fallback?: string, plain?: string) =>
      braced !== undefined && fallback !== undefined && !values.get(braced) ? fallback : valueOf(braced ?? plain ?? '', values),
    );
  return within(withBraces + text.slice(end).replace(/\$([A-Za-z_]\w*)/g, (_match, name: string) => valueOf(name, values)));
}

/** The name of the variable that a word consists of, when its value is not known: such a word may be any option. */
export function unknownVariable(word: string): string | undefined {
  return new RegExp(`^${MARK}([^${MARK}]+)${MARK}$`).exec(word)?.[1];
}

const valueOf = (name: string, values: Values): string => values.get(name) ?? `${MARK}${name}${MARK}`;

const within = (text: string): string | undefined => (text.length > LENGTH_LIMIT ? undefined : text);
