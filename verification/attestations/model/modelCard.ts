import { member } from '../../json';
import { refuseVariantsOf } from '../../jsonNames';
import { FREE_FORM, NOT_JSON, readStrictJson } from '../../strictJson';
import { LineCounter } from 'yaml';
import type * as z from 'zod/mini';
import { composeYaml } from '../../trust-policy/boundedYaml';
import { formatPath, show } from '../../trust-policy/problems';
import { tooMuch, valueAtPath } from '../boundedPredicate';
import { HASH_PATHS, isPlaceholder, modelCardSchema } from './modelCardSchema';
import type { ModelCard } from './modelCardSchema';
import type { VerifiedAttestation } from '../types';

/**
 * Our predicate type for a model card as a JSON object. A URN: a type under `https://` promises that its domain belongs to whoever defines it,
 * and this project has none. Nothing has to resolve, and a collision would gain nobody anything: the signer decides whether it counts.
 * https://github.com/in-toto/attestation/blob/main/spec/v1/field_types.md#typeuri
 */
export const MODEL_CARD_PREDICATE_TYPE = 'urn:pulumi-model-supply-chain:model-card:v1';

/**
 * What `cosign attest --type custom` writes: `{ Data: "<the file as text>", Timestamp }`. Every other custom attestation has this type too.
 * https://github.com/sigstore/cosign/blob/main/specs/COSIGN_PREDICATE_SPEC.md
 */
export const COSIGN_CUSTOM_PREDICATE_TYPE = 'https://cosign.sigstore.dev/attestation/v1';

/** A field that is not what a predicate promises. */
export interface FieldProblem {
  /** `provenance.training_data.hash`; empty for the whole document. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** What an attestation that may be a model card holds. */
export type CardReading =
  /** Fields have the right form; placeholders are told apart, because the rest of such a card can be checked. */
  | { readonly kind: 'card'; readonly card: ModelCard; readonly document: unknown; readonly placeholders: readonly FieldProblem[] }
  /** A custom attestation about something else. */
  | { readonly kind: 'not-a-card' }
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[]; readonly placeholders: readonly FieldProblem[] };

/** Enough for every real card; a card of garbage does not fill a terminal. */
const MAX_PROBLEMS = 100;

/** Reads a model card in either predicate type; every problem at once. */
export function readModelCard({ predicateType, predicate }: Pick<VerifiedAttestation, 'predicateType' | 'predicate'>): CardReading {
  const custom = predicateType === COSIGN_CUSTOM_PREDICATE_TYPE;
  const read = custom ? readCustomData(predicate) : { ok: true as const, value: predicate };
  if (!read.ok) return { kind: 'malformed', problems: [read.problem], placeholders: [] };
  const document = read.value;
  // The type is shared: what reads well and has nothing of a card is somebody else's attestation.
  if (custom && member(document, 'model_details') === undefined) return { kind: 'not-a-card' };
  const excess = tooMuch(document);
  if (excess !== undefined) {
    return { kind: 'malformed', problems: [{ path: '', expected: 'a model card', found: excess }], placeholders: [] };
  }
  const placeholders = HASH_PATHS.flatMap((path): readonly FieldProblem[] => {
    const value = valueAtPath(document, path);
    return typeof value === 'string' && isPlaceholder(value) ? [{ path, expected: 'a hash', found: show(value) }] : [];
  });
  const parsed = modelCardSchema.safeParse(document);
  if (parsed.success) {
    refuseVariantsOf(parsed.data, document);
    return { kind: 'card', card: parsed.data, document, placeholders };
  }
  return {
    kind: 'malformed',
    problems: parsed.error.issues.slice(0, MAX_PROBLEMS).map((issue) => problemOf(issue, document)),
    placeholders,
  };
}

/** UTF-16 code units; a card of the source document has 1,500. */
const MAX_DATA = 1024 * 1024;

type DataReading = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: FieldProblem };

/** The document in `Data` of a custom attestation: JSON, or YAML within the bounds of a trust policy. */
export function readCustomData(predicate: unknown): DataReading {
  const refused = (expected: string, found: string): DataReading => ({ ok: false, problem: { path: 'Data', expected, found } });
  const data = member(predicate, 'Data');
  if (typeof data !== 'string') return refused('a document as text, as cosign attest --type custom writes it', show(data));
  if (data.length > MAX_DATA) return refused(`at most ${MAX_DATA} characters`, `${data.length}`);
  if (/^\s*[{[]/.test(data)) {
    // The statement was read strictly, and not yet the text in it.
    const json = readStrictJson(data, FREE_FORM);
    // YAML has lists and mappings of this form too.
    if (json.ok || json.problem !== NOT_JSON) return json.ok ? json : refused('JSON that every parser reads alike', json.problem);
  }
  return readYamlData(data, refused);
}

/** More would be a bomb, not a model card. */
const MAX_ALIASES = 20;

function readYamlData(data: string, refused: (expected: string, found: string) => DataReading): DataReading {
  const lines = new LineCounter();
  const { document, problems } = composeYaml(data, lines, 'a model card');
  const [first] = problems;
  if (first !== undefined || document === undefined) {
    const at = first?.offset === undefined ? '' : ` (line ${lines.linePos(first.offset).line})`;
    return refused('one document in YAML or JSON', `${first?.message ?? 'nothing'}${at}`);
  }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch {
    return refused(`at most ${MAX_ALIASES} uses of YAML aliases, each after its anchor`, 'more, or an unknown one');
  }
}

/** An issue of the schema in our words. */
export function problemOf(issue: z.core.$ZodIssue, document: unknown): FieldProblem {
  const parts = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const value = member(document, ...parts);
  return { path: formatPath(parts), expected: expectedBy(issue, value), found: show(value) };
}

function expectedBy(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_type') return issue.message;
  // `version: 2.10` is the number 2.1 in YAML, and a commit of digits only loses its leading zeros.
  if (issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return 'text: put it in quotes';
  return Object.hasOwn(KINDS, issue.expected) ? (KINDS[issue.expected] ?? issue.expected) : issue.expected;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  number: 'a number',
  boolean: 'true or false',
};
