import type { RequirementPlace } from './attestations';

/** The attestation that a finding is about. */
interface StatedIn extends RequirementPlace {
  readonly predicateType: string;
  /** Digest of the manifest or layer that carries it. */
  readonly source: string;
}

/** Findings about model cards, evaluations and attestations of a user's own type. */
export type ModelCardFinding =
  /** A hash that nobody filled in. */
  | ({
      readonly code: 'model-card-placeholder';
      /** Path of the field in the card: `provenance.training_data.hash`. */
      readonly path: string;
      readonly found: string;
    } & StatedIn)
  /** The policy asks for something that the card does not state. */
  | ({ readonly code: 'model-card-incomplete'; readonly path: string; readonly expected: string } & StatedIn)
  | ({ readonly code: 'model-license-not-allowed'; readonly allowed: readonly string[]; readonly found: string } & StatedIn)
  | ({
      readonly code: 'model-metric-out-of-range';
      readonly metric: string;
      readonly min?: number;
      readonly max?: number;
      /** Absent when the metric is not stated at all. */
      readonly found?: number;
    } & StatedIn)
  | ({
      readonly code: 'model-review-outdated';
      /** As the card writes it. */
      readonly reviewed: string;
      readonly ageMs: number;
      /** As the policy writes it. */
      readonly maxAge: string;
    } & StatedIn)
  /** Card and SLSA provenance, both verified, tell different stories about the same image. */
  | ({
      readonly code: 'model-card-inconsistent';
      readonly path: string;
      readonly found: string;
      /** What the provenance says; empty when it says nothing about it. */
      readonly provenance: readonly string[];
    } & StatedIn)
  /** The policy wants the comparison, and no verified SLSA provenance is there to compare with. */
  | ({ readonly code: 'model-card-uncompared' } & StatedIn)
  | ({
      readonly code: 'evaluation-not-passed';
      readonly result: string;
      readonly failedTests: readonly string[];
    } & StatedIn)
  | ({
      readonly code: 'evaluation-outdated';
      /** Absent when nothing says when it was. */
      readonly evaluated?: { readonly at: string; readonly ageMs: number };
      readonly maxAge: string;
    } & StatedIn)
  | ({
      readonly code: 'evaluation-dataset-mismatch';
      readonly expected: string;
      readonly found: readonly string[];
    } & StatedIn)
  /** A field of an attestation of a user's own type is not what the policy says. */
  | ({
      readonly code: 'attestation-field-mismatch';
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    } & StatedIn);
