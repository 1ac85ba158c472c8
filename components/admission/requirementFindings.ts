import type { FindingCode } from '../../verification/trust-policy/exceptions';
import type { AttestationRequirement } from '../../verification/trust-policy';

/**
 * What the preview may find about an attestation that is there and does not say what it must. The cluster knows only that some condition
 * failed, and not which, so an exception must cover all of a kind.
 */
export const CONTENT_FINDINGS: Readonly<Record<AttestationRequirement['kind'], readonly FindingCode[]>> = {
  slsaProvenance: [
    'provenance-mismatch',
    'provenance-contradiction',
    'provenance-not-fresh',
    'provenance-requirement-unmet',
    'predicate-malformed',
  ],
  sbom: ['sbom-subject-mismatch', 'sbom-too-small', 'sbom-too-old', 'attestation-time-implausible', 'predicate-malformed'],
  vulnerabilityScan: [
    'vulnerabilities-found',
    'vulnerability-scan-too-old',
    'vulnerability-scan-untimed',
    'vulnerability-database-too-old',
    'vulnerability-scanner-not-accepted',
    'vulnerability-severity-unknown',
    'attestation-time-implausible',
    'attestation-missing',
    'predicate-malformed',
  ],
  modelCard: [
    'model-card-placeholder',
    'model-card-incomplete',
    'model-license-not-allowed',
    'model-metric-out-of-range',
    'model-review-outdated',
    'model-card-inconsistent',
    'predicate-malformed',
  ],
  evaluation: [
    'evaluation-not-passed',
    'evaluation-outdated',
    'evaluation-dataset-mismatch',
    'model-metric-out-of-range',
    'predicate-malformed',
  ],
  verificationSummary: [
    'verification-summary-failed',
    'verification-summary-mismatch',
    'verification-summary-not-fresh',
    'predicate-malformed',
  ],
  custom: ['attestation-field-mismatch', 'predicate-malformed'],
};
