/** One way in that a registry offers with its 401: https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_HEADER_LENGTH = 8 * 1024;

/** A name, and when `=` follows, its value; a name without value starts the next challenge. No two parts can match the same character. */
const PART = /[\s,]*([A-Za-z][A-Za-z0-9._-]*)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

/** Reads a `WWW-Authenticate` header, several challenges included; stops at what it cannot read. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const text = header.slice(0, MAX_HEADER_LENGTH);
  PART.lastIndex = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    const [, name = '', quoted, plain] = part;
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return challenges;
}
