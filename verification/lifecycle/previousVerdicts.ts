import { parseReference, repositoryName } from '../reference/reference';
import type { Signer } from '../finding';
import type { AttestationEvidence, NonEmpty, PolicyEvidence, Verdict } from '../verdict';

/** A signer of a recorded verdict, with what its certificate said about the build. */
export interface RecordedSigner {
  readonly signer: Signer;
  /** Fulcio's source repository URI: the repository that called the workflow. Absent in records of earlier versions. */
  readonly sourceRepository?: string;
  /** Fulcio's source repository identifier: survives a rename, and differs when a name is taken over by somebody else. */
  readonly repositoryId?: string;
  /** Fulcio's runner environment: `github-hosted`, `self-hosted`. */
  readonly runner?: string;
}

/** What is kept of a positive verdict about an image. Plain data: whoever keeps it decides where. */
export interface PreviousVerdict {
  readonly digest: string;
  readonly signers: readonly RecordedSigner[];
  /** Newest trusted time of a signature, ISO 8601; absent when nothing timed any. */
  readonly signedAt?: string;
  /** Builder id of the SLSA provenance, when the policy asked for one. */
  readonly builder?: string;
}

/** By `registry/repository`, normalised: `ghcr.io/acme/model`. Several where several digests are in use, a canary beside its predecessor say. */
export type PreviousVerdicts = ReadonlyMap<string, NonEmpty<PreviousVerdict>>;

type Evidence = Pick<PolicyEvidence, 'signer' | 'claims'>;

export function recordedSigner({ signer, claims }: Evidence): RecordedSigner {
  const { sourceRepositoryUri: sourceRepository, sourceRepositoryIdentifier: repositoryId, runnerEnvironment: runner } = claims ?? {};
  return {
    signer,
    ...(sourceRepository !== undefined && { sourceRepository }),
    ...(repositoryId !== undefined && { repositoryId }),
    ...(runner !== undefined && { runner }),
  };
}

/** The newest of the trusted times; undefined when there is none. ISO 8601 in UTC sorts as text. */
export function newestTime(items: readonly { readonly signedAt?: string }[]): string | undefined {
  return items
    .flatMap(({ signedAt }) => signedAt ?? [])
    .sort()
    .at(-1);
}

/** The signatures that carry a positive answer; the attestations where a policy asks for no signature. */
export const bearers = (
  evidence: readonly PolicyEvidence[],
  attestations: readonly AttestationEvidence[],
): readonly (PolicyEvidence | AttestationEvidence)[] => (evidence.length > 0 ? evidence : attestations);

/** The builder that the provenance names, if the attestations hold one. */
export const builderOf = (attestations: readonly AttestationEvidence[]): string | undefined =>
  attestations.find(({ builder }) => builder !== undefined)?.builder;

/**
 * What to record of a verdict, for `ImageVerifierOptions.previousVerdicts` of the next run; `renderModelLock` makes a file of it.
 *
 * @returns the key and the record; undefined unless the image is verified: a rejected image must never become the measure of the next
 * @example
 * const kept = previousVerdictOf(await verifier.verify(reference));
 * if (kept !== undefined) records.set(kept.repository, [kept.record]);
 */
export function previousVerdictOf(verdict: Verdict): { readonly repository: string; readonly record: PreviousVerdict } | undefined {
  const parsed = parseReference(verdict.reference);
  if (verdict.outcome !== 'verified' || !parsed.ok) return undefined;
  const carrying = bearers(verdict.evidence, verdict.attestations);
  const signedAt = newestTime(carrying);
  const builder = builderOf(verdict.attestations);
  return {
    repository: repositoryName(parsed.value.repository),
    record: {
      digest: verdict.digest,
      signers: carrying.map(recordedSigner),
      ...(signedAt !== undefined && { signedAt }),
      ...(builder !== undefined && { builder }),
    },
  };
}
