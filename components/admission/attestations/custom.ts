import type { RequirementTypes } from '../../../verification/trust-policy';
import { celText } from '../celText';
import { toRe2 } from '../subjectPattern';
import { celNumber, matchesWhole, valueAt } from './predicateFields';
import { USE_SUMMARY } from './types';
import type { Gap, RenderedRequirement } from './types';

/** What `cosign attest --type custom` writes: a document as text under `Data`. */
export const COSIGN_CUSTOM = 'https://cosign.sigstore.dev/attestation/v1';

type Requirement = RequirementTypes['custom'];
type Field = NonNullable<Requirement['fields']>[number];

/** An attestation of any type, by the fields that the policy names. */
export function renderCustom({ predicateType, fields = [] }: Requirement): RenderedRequirement {
  const rendered = fields.map((field) => ({ field, result: conditionOf(field, predicateType) }));
  return {
    forms: [{ predicateType, conditions: rendered.flatMap(({ result }) => (typeof result === 'string' ? [result] : [])) }],
    previewOnly: rendered.flatMap(({ result }) => (typeof result === 'string' ? [] : [result])),
    stricter: [],
  };
}

function conditionOf({ path, equals, oneOf, pattern }: Field, predicateType: string): string | Gap {
  const what = `the field ${path}`;
  if (predicateType === COSIGN_CUSTOM && path.startsWith('Data.')) {
    const why = 'it stands in a document that cosign wrapped as text';
    return { what, why, fix: `attest under a predicate type of its own; or ${USE_SUMMARY}` };
  }
  if (equals !== undefined) return `${valueAt(path)} == ${scalar(equals)}`;
  // Not `in`: a CEL list holds one type, and the policy may list text beside numbers.
  if (oneOf !== undefined) return `(${oneOf.map((value) => `${valueAt(path)} == ${scalar(value)}`).join(' || ')})`;
  const re2 = toRe2(pattern ?? '');
  return re2.ok ? matchesWhole(path, re2.re2) : { what, why: re2.reason, fix: 'write it with classes, groups and repetitions only' };
}

const scalar = (value: string | number | boolean): string =>
  typeof value === 'string' ? celText(value) : typeof value === 'number' ? celNumber(value) : String(value);
