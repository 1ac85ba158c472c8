import type { Signer } from '../finding';
import type { SlsaRequirementName } from '../trust-policy/requirements/slsaProvenance';
import type { RequirementPlace } from './attestations';

/** Which attestation it is about. */
interface AttestationPlace extends RequirementPlace {
  /** Digest of the manifest that carries it. */
  readonly source: string;
  readonly signer: Signer;
}

/** Findings about SLSA provenance and verification summaries. */
export type ProvenanceFinding =
  /** One of the named requirements of a SLSA level is not met. */
  | ({
      readonly code: 'provenance-requirement-unmet';
      readonly unmet: SlsaRequirementName;
      readonly expected: string;
      readonly found: string;
      /** Path in the predicate, or the extension of the certificate. */
      readonly where: string;
    } & AttestationPlace)
  /** The build is another than the policy names: other builder, repository, ref, workflow, runner or trigger. */
  | ({
      readonly code: 'provenance-mismatch';
      /** Field of the policy: `sourceRepository`. */
      readonly field: string;
      readonly expected: readonly string[];
      readonly found: string;
      readonly where: string;
    } & AttestationPlace)
  /** The predicate says something else than the certificate of its signer: not believed at all. */
  | ({
      readonly code: 'provenance-contradiction';
      readonly field: string;
      readonly certificate: string;
      readonly predicate: string;
      readonly where: string;
    } & AttestationPlace)
  /** Too old, of unknown age, or from the future. */
  | ({
      readonly code: 'provenance-not-fresh';
      /** As the policy writes it: `30d`; absent when only the future is refused. */
      readonly maxAge?: string;
      readonly found: string;
      readonly where: string;
    } & AttestationPlace)
  /** A trusted verifier looked at this image and said no; no later summary of it says yes. */
  | ({
      readonly code: 'verification-summary-failed';
      readonly verifier: string;
      readonly policyUri: string;
      readonly timeVerified: string;
    } & AttestationPlace)
  /** The summary is by another verifier, about another resource or policy, or of lower levels than the policy wants. */
  | ({
      readonly code: 'verification-summary-mismatch';
      /** Field of the predicate: `verifier.id`. */
      readonly field: string;
      readonly expected: readonly string[];
      readonly found: string;
    } & AttestationPlace)
  | ({
      readonly code: 'verification-summary-not-fresh';
      readonly maxAge?: string;
      readonly found: string;
      readonly where: string;
    } & AttestationPlace);
