/** What a pass over a JSON text finds that `JSON.parse` does not report. */
export interface JsonScan {
  /** Names in all objects together, each repetition counted. */
  readonly members: number;
  /** Whether some name is written with an escape. */
  readonly escapedNames: boolean;
  /** The first thing that parsers read differently. */
  readonly problem?: JsonProblem;
}

export interface JsonProblem {
  /** Offset in the text. */
  readonly at: number;
  readonly what: string;
  /** Too much to be read, and not wrong as far as it was looked at. */
  readonly excess?: true;
}

/** What a text may hold. */
export interface JsonBounds {
  /** Values in all, each of which becomes an object of its own when it is parsed, which cannot be interrupted. */
  readonly maxValues?: number;
  /** Different names, each of which costs the parser a table entry and a shape of its own: many of them take ten times as long as their values. */
  readonly maxNames?: number;
  /** Refuse numbers that Go cannot read into an int64. */
  readonly wholeNumbers?: boolean;
}

/** Go gives up at 10,000; real documents stay below a hundred. Whatever walks the value afterwards may recurse. */
const MAX_DEPTH = 1000;
/** No finite number needs more characters, unless it is padded with zeros. */
const MAX_PLAIN_DIGITS = 300;
/** Of a text that is read token by token, which takes ten times as long. Names with escapes are those of people, in documents without many. */
export const MAX_VALUES_BY_TOKEN = 50_000;
/** What Go reads into an int64, and JavaScript without loss. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d*)$/;

/** The first half of a surrogate pair or its second; whether they pair up is asked of each string that has one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * One pass without allocations. Meaningful for text that `JSON.parse` accepts, harmless for any other; run it first, since it bounds the depth.
 */
export function scanJson(text: string, { maxValues = Infinity, maxNames = Infinity, wholeNumbers = false }: JsonBounds): JsonScan {
  let members = 0;
  let escapedNames = false;
  let lastEscaped = false;
  let nameStart = 0;
  let nameEnd = 0;
  /** Of the members beyond the bound: the first ones cannot be too many. */
  const names = new Set<string>();
  let depth = 0;
  let values = 0;
  let escape = nextIndex(text, '\\', 0);
  // Most large texts are one long string in base64.
  const surrogates = escape !== Infinity && SURROGATE_ESCAPE.test(text);
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const start = at;
        let end = text.indexOf('"', at + 1);
        let escaped = false;
        while (end !== -1 && escape < end) {
          if (escape <= start) escape = nextIndex(text, '\\', start + 1);
          else {
            escaped = true;
            // What follows is escaped, be it a quote or another backslash.
            if (end === escape + 1) end = text.indexOf('"', escape + 2);
            escape = nextIndex(text, '\\', escape + 2);
          }
        }
        if (end === -1) return { members, escapedNames };
        if (escaped && surrogates && !isWellFormed(text.slice(start, end + 1))) {
          return { members, escapedNames, problem: { at: start, what: 'half of a surrogate pair in a text, which some parsers replace' } };
        }
        lastEscaped = escaped;
        nameStart = start;
        nameEnd = end;
        at = end;
        break;
      }
      case 0x7b:
      case 0x5b:
        depth += 1;
        values += 1;
        if (depth > MAX_DEPTH) return { members, escapedNames, problem: { at: 0, what: `nested more than ${MAX_DEPTH} levels deep` } };
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        break;
      case 0x2c:
        values += 1;
        if (values > maxValues) return { members, escapedNames, problem: { at: 0, what: `more than ${maxValues} values`, excess: true } };
        break;
      // Outside of strings, a colon stands only behind a name.
      case 0x3a:
        members += 1;
        escapedNames ||= lastEscaped;
        if (members > maxNames) {
          names.add(text.slice(nameStart, nameEnd));
          if (names.size > maxNames)
            return { members, escapedNames, problem: { at: 0, what: `more than ${maxNames} different names`, excess: true } };
        }
        break;
      case 0x2d:
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39: {
        const end = endOfNumber(text, at);
        const what = numberProblem(text, at, end, wholeNumbers);
        if (what !== undefined) return { members, escapedNames, problem: { at, what } };
        at = end - 1;
        break;
      }
      default:
    }
  }
  if (escapedNames && values > MAX_VALUES_BY_TOKEN) {
    const what = `more than ${MAX_VALUES_BY_TOKEN} values in a text with escapes in names`;
    return { members, escapedNames, problem: { at: 0, what, excess: true } };
  }
  return { members, escapedNames };
}

function nextIndex(text: string, sought: string, from: number): number {
  const found = text.indexOf(sought, from);
  return found === -1 ? Infinity : found;
}

/** @param token with its quotes */
function isWellFormed(token: string): boolean {
  try {
    return !LONE_SURROGATE.test(JSON.parse(token) as string);
  } catch {
    // `JSON.parse` refuses the whole text for it.
    return true;
  }
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const isPart = (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d;
    if (!isPart) break;
  }
  return end;
}

function numberProblem(text: string, start: number, end: number, wholeNumbers: boolean): string | undefined {
  if (wholeNumbers) {
    const token = text.slice(start, Math.min(end, start + MAX_PLAIN_DIGITS));
    const isWhole = WHOLE_NUMBER.test(token) && Number.isSafeInteger(Number(token));
    return isWhole ? undefined : `the number ${token.slice(0, 40)}, which is not a whole number that every parser reads alike`;
  }
  // A number this short is finite, unless it has an exponent.
  const last = end - start <= MAX_PLAIN_DIGITS ? exponentIn(text, start, end) : start;
  if (last === -1) return undefined;
  return Number.isFinite(Number(text.slice(start, end)))
    ? undefined
    : `the number ${text.slice(start, Math.min(end, start + 40))}, which is out of range`;
}

function exponentIn(text: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x65 || code === 0x45) return at;
  }
  return -1;
}

type JsonPath = readonly (string | number)[];

/** The path of the value at an offset; of the first name that an object has twice, where there is none. A slow second look, for the message. */
export function findPath(text: string, offset = Infinity): JsonPath {
  const path: (string | number)[] = [];
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs)) {
    if (index >= offset) break;
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      path.push(0);
    } else if (token === '}' || token === ']') {
      open.pop();
      path.pop();
    } else if (token === ',') {
      if (open.at(-1) === undefined) path.push(Number(path.pop()) + 1);
    } else if (token === ':') {
      const names = open.at(-1);
      path.splice(-1, 1, last);
      if (offset === Infinity && names?.has(last) === true) break;
      names?.add(last);
    } else last = unquoted(token);
  }
  return path;
}

function unquoted(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    return token;
  }
}
