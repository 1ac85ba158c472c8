import type { BuildFacts, Fact } from '../../../attestations/provenance/slsaProvenanceFacts';
import { normaliseRepository } from '../../../attestations/provenance/slsaProvenanceSource';
import { anchoredPattern } from '../../../trust-policy/identity';
import type { SlsaProvenanceRequirement } from '../../../trust-policy/requirements/slsaProvenance';
import { trustedBuilder } from './slsaProvenanceLevels';

/** A field of the policy that a build does not fit. */
export interface Mismatch {
  readonly field: string;
  readonly expected: readonly string[];
  readonly found: string;
  readonly where: string;
}

/** A longer ref is no ref, and no pattern should run over it. */
const MAX_REF_LENGTH = 1_024;

/** Holds a build against the fields of a policy; what is not known does not fit. */
export function findMismatches(requirement: SlsaProvenanceRequirement, facts: BuildFacts): readonly Mismatch[] {
  const { buildTypes, sourceRepository, sourceRef, sourceRefRegExp, workflow, runnerEnvironment, triggers } = requirement;
  return [
    ...builderMismatch(requirement, facts),
    ...oneOf('buildTypes', buildTypes, facts.buildType),
    ...oneOf('sourceRepository', one(sourceRepository)?.map(normaliseRepository), facts.sourceRepository),
    ...oneOf('sourceRef', one(sourceRef), facts.sourceRef),
    ...refPatternMismatch(sourceRefRegExp, facts.sourceRef),
    ...oneOf('workflow', one(workflow), facts.workflow ?? facts.definition),
    ...oneOf('runnerEnvironment', one(runnerEnvironment), facts.runnerEnvironment),
    ...oneOf('triggers', triggers, facts.trigger),
  ];
}

const one = (value: string | undefined): readonly string[] | undefined => (value === undefined ? undefined : [value]);

function oneOf(field: string, expected: readonly string[] | undefined, fact: Fact | undefined): readonly Mismatch[] {
  if (expected === undefined || (fact !== undefined && expected.includes(fact.value))) return [];
  return [{ field, expected, ...unfit(fact) }];
}

function refPatternMismatch(source: string | undefined, ref: Fact | undefined): readonly Mismatch[] {
  if (source === undefined) return [];
  const fits = ref !== undefined && ref.value.length <= MAX_REF_LENGTH && anchoredPattern(source).test(ref.value);
  return fits ? [] : [{ field: 'sourceRefRegExp', expected: [`a ref like /${source}/`], ...unfit(ref) }];
}

const unfit = (fact: Fact | undefined) =>
  fact === undefined ? { found: 'nothing says it', where: 'certificate and predicate' } : { found: fact.value, where: fact.where };

function builderMismatch(requirement: SlsaProvenanceRequirement, facts: BuildFacts): readonly Mismatch[] {
  const { builders } = requirement;
  if (builders === undefined || trustedBuilder(requirement, facts) !== undefined) return [];
  const { value, where } = facts.builder;
  // The name alone would fit: say what is wrong with it, or the reader sees the same text twice.
  const claimed = facts.voucher.by === 'nobody' && builders.some(({ id }) => id === value);
  const found = claimed ? `${value}, by a signer that neither its certificate nor builders[].authorities lets speak for it` : value;
  return [{ field: 'builders', expected: builders.map(({ id }) => id), found, where }];
}
