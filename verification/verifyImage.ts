import type { CustomChecks } from './attestations/types';
import type { AuthorityMaterials } from './authorities';
import type { VerificationResults } from './checks/verifiedSignatures';
import { beginDiscovery, discoverSignatures } from './discoverSignatures';
import type { DiscoveredSignatures } from './discoverSignatures';
import type { Finding } from './finding';
import { ImageWork } from './imageWork';
import type { ImageWorkOptions } from './imageWork';
import { applyExceptions } from './lifecycle/exceptions';
import type { SettledPolicy } from './lifecycle/exceptions';
import type { PreviousVerdicts } from './lifecycle/previousVerdicts';
import { sinceLastVerdict } from './lifecycle/sinceLastVerdict';
import { loadEvidence, loadEvidenceSoon } from './loadEvidence';
import { parseReference, repositoryName } from './reference/reference';
import type { RegistryClient, Repository } from './registry/types';
import { policiesFor } from './trust-policy/imageMatching';
import { nearMissOf } from './trust-policy/nearMiss';
import type { ImagePolicy, TrustPolicy } from './trust-policy/types';
import type { Enforcement, NonEmpty, Verdict } from './verdict';

/** Where evidence comes from and what it is held against; one for all images of a run. */
export interface VerificationContext {
  readonly registry: RegistryClient;
  /** A second repository to look for signatures and attestations in, beside the image's own. */
  readonly signatureRepository?: Repository;
  readonly materials: AuthorityMaterials;
  /** Cryptographic results of earlier runs; absent: everything is verified anew. */
  readonly results?: VerificationResults;
  /** The last verdict about each repository, for policies with `continuity` or `rollback`; absent: there is none. */
  readonly previousVerdicts?: PreviousVerdicts;
  /** The place of this image among others. */
  readonly work?: ImageWorkOptions;
  /** Policy time. */
  readonly now: () => Date;
  /** Checks in code for `custom` requirements. */
  readonly customChecks?: CustomChecks;
}

/**
 * May this image run under this policy? The whole order of verification, step by step (design, section 5).
 *
 * @param reference image reference as a user writes it: `ghcr.io/acme/model:v1`, `ghcr.io/acme/model@sha256:…`
 * @param signal aborts everything; the verdict is then `undetermined` with `registry-timeout`
 * @returns the verdict; never throws for anything that a registry, an image or a signature does
 */
export async function verifyImage(
  reference: string,
  policy: TrustPolicy,
  context: VerificationContext,
  signal: AbortSignal,
): Promise<Verdict> {
  // 1 parse the reference
  const parsed = parseReference(reference);
  // The finding has the reference as it may be shown; a verdict is written to logs as it is.
  if (!parsed.ok) return { outcome: 'rejected', reference: parsed.finding.reference, enforcement: 'enforce', findings: [parsed.finding] };

  // 2 which policies speak about it (before any request: what no policy covers is not our business to fetch)
  const repository = repositoryName(parsed.value.repository);
  const policies = policiesFor(repository, policy);
  if (policies.length === 0) return notCovered(reference, repository, policy);

  // 3 resolve to a digest, recomputed from the bytes; everything after this is about that digest
  const { registry, signatureRepository } = context;
  const attested = policies.some(({ attestations }) => attestations.length > 0);
  const signed = policies.some(asksForSignatures);
  const place = { reference, repository: parsed.value.repository, attested, signed, ...(signatureRepository && { signatureRepository }) };
  const work = new ImageWork(reference, signal, context.work);
  const resolving = registry.resolve(parsed.value, signal);
  const dropped = new AbortController();
  const begun =
    parsed.value.digest &&
    beginDiscovery({ ...place, digest: parsed.value.digest }, registry, work, AbortSignal.any([signal, dropped.signal]));
  // Meanwhile: the code for what comes next, and trust roots, which may come from elsewhere.
  void loadEvidenceSoon().then(() => context.materials.loadSoon(policies));
  const resolved = await resolving;
  if (!resolved.ok) {
    dropped.abort();
    return unresolved(reference, resolved.finding, policies);
  }
  const { digest } = resolved.value;

  // 4 find signatures in every layout, remembering "none" and "could not list" apart (where the reference names the digest: since step 3)
  let discovered = await discoverSignatures({ ...place, manifest: resolved.value }, registry, work, signal, begun);

  // 5-8 each policy: cryptography, identity, binding to the image; then what its attestations say
  const { VerifiedSignatures, checkPolicy } = await loadEvidence();
  const shared = {
    materials: context.materials,
    verified: new VerifiedSignatures(work, context.results),
    now: context.now(),
    ...(context.customChecks && { customChecks: context.customChecks }),
  };
  const check = async (found: DiscoveredSignatures) =>
    Promise.all(policies.map(async (item) => ({ policy: item, result: await checkPolicy(item, { reference, digest }, found, shared) })));
  let checked = await check(discovered);
  if (!attested && !checked.every(({ result }) => result.holds)) {
    discovered = await discovered.withAttestations();
    checked = await check(discovered);
  }

  // 9 what changed since the last verdict about this repository: another signer, an older image (both opt-in)
  const last = context.previousVerdicts?.get(repository);
  const compared = checked.map(({ policy: item, result }) => ({
    policy: item,
    result: sinceLastVerdict(item, result, { reference, digest }, last, [...discovered.faults, ...work.faults]),
  }));

  // 10 exceptions: what somebody decided to let run for a while, told and not blocking
  const settled = compared.map(({ policy: item, result }) =>
    applyExceptions(item, result, { reference, repository, digest }, policy.exceptions ?? [], shared.now),
  );

  // 11 the verdict: every policy that covers the image must hold
  return settle({ reference, digest }, settled);
}

/** With a threshold of 0 attestations alone decide, and no age or signer of the image is asked for either. */
const asksForSignatures = ({ signatureThreshold, freshness, continuity, rollback }: ImagePolicy): boolean =>
  signatureThreshold > 0 || Boolean(freshness ?? continuity ?? rollback);

const UNMATCHED: Record<TrustPolicy['unmatchedImages'], Pick<Extract<Verdict, { findings: unknown }>, 'outcome' | 'enforcement'>> = {
  deny: { outcome: 'rejected', enforcement: 'enforce' },
  // Nobody decided who may sign it: saying "verified" would be a lie, saying "rejected" as well.
  warn: { outcome: 'undetermined', enforcement: 'warn' },
  allow: { outcome: 'undetermined', enforcement: 'ignore' },
};

function notCovered(reference: string, repository: string, policy: TrustPolicy): Verdict {
  const { unmatchedImages } = policy;
  const nearMiss = nearMissOf(repository, policy);
  const finding: Finding = { code: 'image-not-covered', reference, unmatchedImages, ...(nearMiss && { nearMiss }) };
  return { ...UNMATCHED[unmatchedImages], reference, findings: [finding] };
}

function unresolved(reference: string, finding: Finding, policies: readonly ImagePolicy[]): Verdict {
  return {
    // Bytes that do not match the digest in the stack are an answer, not a fault: this is not the image that was asked for.
    outcome: finding.code === 'digest-mismatch' ? 'rejected' : 'undetermined',
    reference,
    enforcement: policies.some((policy) => policy.mode === 'enforce') ? 'enforce' : 'warn',
    findings: [finding],
  };
}

function settle(image: { readonly reference: string; readonly digest: string }, policies: readonly SettledPolicy[]): Verdict {
  const failed = policies.flatMap(({ result, enforcement }) => (result.holds ? [] : [{ ...result, enforcement }]));
  if (failed.length === 0) {
    const holding = policies.flatMap(({ result }) => (result.holds ? [result] : []));
    return {
      outcome: 'verified',
      ...image,
      evidence: holding.flatMap((result) => result.evidence),
      attestations: holding.flatMap((result) => result.attestations),
      warnings: unique(holding.flatMap((result) => result.warnings)),
    };
  }
  // The strictest failing policies decide; a warn-mode policy adds its findings but cannot soften them.
  const enforcement: Enforcement = failed.some((result) => result.enforcement === 'enforce') ? 'enforce' : 'warn';
  const deciding = failed.filter((result) => result.enforcement === enforcement);
  return {
    outcome: deciding.some((result) => result.outcome === 'rejected') ? 'rejected' : 'undetermined',
    ...image,
    enforcement,
    findings: nonEmpty(
      unique(
        [...deciding, ...failed.filter((result) => result.enforcement !== enforcement)].flatMap((result) => [
          ...result.findings,
          ...result.warnings,
        ]),
      ),
    ),
  };
}

/** The same registry fault or trust root reaches every policy of an image: tell it once. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function nonEmpty<T>(items: readonly T[]): NonEmpty<T> {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('a verdict without evidence or findings');
  return [first, ...rest];
}
