import { agreesWithBuild, agreesWithBuilder, buildFacts } from '../../../attestations/model/modelCardProvenance';
import type { BuildFacts } from '../../../attestations/model/modelCardProvenance';
import type { ModelCard } from '../../../attestations/model/modelCardSchema';
import type { VerifiedAttestation } from '../../../attestations/types';
import type { Finding } from '../../../finding';
import type { StatedIn } from './modelCardPlace';

/**
 * Do card and SLSA provenance speak about the same build? Both are bound to the digest of the image already, so what remains are commit,
 * build and builder. One provenance must agree with the card in all of them: an image may have several, for training and packaging.
 *
 * @param all verified attestations about the image; only those that the policy requires too are among them
 */
export function provenanceFindings(card: ModelCard, place: StatedIn, all: readonly VerifiedAttestation[]): readonly Finding[] {
  const [first, ...others] = all.flatMap((attestation) => buildFacts(attestation) ?? []).map((facts) => disagreements(card, facts));
  if (first === undefined) return [{ code: 'model-card-uncompared', ...place }];
  // The nearest one is told.
  const fewest = others.reduce((best, next) => (next.length < best.length ? next : best), first);
  return fewest.map((disagreement): Finding => ({ code: 'model-card-inconsistent', ...place, ...disagreement }));
}

interface Disagreement {
  readonly path: string;
  readonly found: string;
  readonly provenance: readonly string[];
}

const NOTHING = 'nothing';
const MAX_SHOWN = 5;

function disagreements({ provenance }: ModelCard, { commits, builders, builds }: BuildFacts): readonly Disagreement[] {
  const commit = provenance?.commit_sha;
  const build = provenance?.build_id;
  const builder = provenance?.build_environment?.builder;
  const told = (path: string, found: string | undefined, said: readonly string[]): Disagreement => ({
    path,
    found: found ?? NOTHING,
    provenance: said.slice(0, MAX_SHOWN),
  });
  return [
    // As a whole: a few first digits of a commit can be made to measure.
    ...(commit !== undefined && commits.includes(commit) ? [] : [told('provenance.commit_sha', commit, commits)]),
    // SLSA leaves the id of the run optional: where provenance is silent, there is nothing to contradict.
    ...(builds.length === 0 || (build !== undefined && agreesWithBuild(build, builds)) ? [] : [told('provenance.build_id', build, builds)]),
    ...(builder !== undefined && agreesWithBuilder(builder, builders)
      ? []
      : [told('provenance.build_environment.builder', builder, builders)]),
  ];
}
