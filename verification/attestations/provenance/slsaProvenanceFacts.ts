import { claimOid } from '../../sigstore/certificateClaims';
import type { SlsaProvenanceRequirement } from '../../trust-policy/requirements/slsaProvenance';
import type { Stated } from './slsaProvenanceFields';
import { normaliseRepository } from './slsaProvenanceSource';
import type { CertificateClaims, VerifiedAttestation } from '../types';
import type { StatedBuild } from './statedBuild';

/** Something known about a build, and from where: the certificate where it speaks, else the predicate. */
export interface Fact {
  readonly value: string;
  /** `certificate (1.3.6.1.4.1.57264.1.12)`, or a path in the predicate. */
  readonly where: string;
}

/** Certificate and predicate say different things about one build. */
export interface Contradiction {
  readonly field: string;
  readonly certificate: Fact;
  readonly predicate: Fact;
}

type Builder = NonNullable<SlsaProvenanceRequirement['builders']>[number];

/** Who stands behind the builder that the predicate names. */
export type BuilderVoucher =
  /** The certificate was issued to that very builder. */
  | { readonly by: 'certificate' }
  /** The policy pairs this authority with the builder. */
  | { readonly by: 'policy' }
  /** Nobody: whoever may sign provenance wrote a name into it. */
  | { readonly by: 'nobody' };

/** A build as far as it is known, certificate and predicate taken together. */
export interface BuildFacts {
  readonly builder: Fact;
  readonly voucher: BuilderVoucher;
  /** Every id that the builder has: as the predicate states it, and as the certificate does. */
  readonly builderIds: readonly string[];
  readonly buildType: Fact;
  readonly sourceRepository?: Fact;
  readonly sourceRef?: Fact;
  readonly commit?: Fact;
  readonly definition?: Fact;
  /** Path of the workflow within the source repository; its whole URI when it is elsewhere. */
  readonly workflow?: Fact;
  readonly runnerEnvironment?: Fact;
  readonly trigger?: Fact;
  readonly invocation?: Fact;
  /** The tenant's own workflow signed: its other steps could have written the provenance. */
  readonly signedByTenant: boolean;
  readonly contradictions: readonly Contradiction[];
}

/** Builder ids that name a kind of runner, not a workflow: older attestations of GitHub. */
const RUNNER_BUILDERS: ReadonlyMap<string, string> = new Map([
  ['https://github.com/actions/runner/github-hosted', 'github-hosted'],
  ['https://github.com/actions/runner/self-hosted', 'self-hosted'],
  ['https://github.com/Attestations/GitHubHostedActions@v1', 'github-hosted'],
  ['https://github.com/Attestations/SelfHostedActions@v1', 'self-hosted'],
]);

/**
 * Puts together what certificate and predicate say. The certificate authority copied its claims from the identity token, the signer wrote
 * the predicate himself: so the certificate wins, and where both speak and disagree the provenance is not believed at all.
 */
export function gatherFacts(stated: StatedBuild, attestation: VerifiedAttestation, builders: readonly Builder[] = []): BuildFacts {
  const claims = attestation.claims ?? {};
  const paired = builders.some(({ id, authorities }) => id === stated.builderId.value && authorities?.includes(attestation.authority));
  const contradictions: Contradiction[] = [];
  const compare = (field: string, claim: keyof CertificateClaims, said: Stated | undefined, read = (value: string) => value) => {
    const predicate = said && { value: said.value, where: said.path };
    const certified = claims[claim];
    if (certified === undefined) return predicate;
    const certificate = { value: read(certified), where: `certificate (${claimOid(claim)})` };
    if (predicate !== undefined && predicate.value !== certificate.value) contradictions.push({ field, certificate, predicate });
    return certificate;
  };
  const runnerOfBuilder = RUNNER_BUILDERS.get(stated.builderId.value);
  const runnerStated =
    stated.runnerEnvironment ?? (runnerOfBuilder === undefined ? undefined : { value: runnerOfBuilder, path: stated.builderId.path });

  const sourceRepository = compare('sourceRepository', 'sourceRepositoryUri', stated.sourceRepository, normaliseRepository);
  const workflow = compare('workflow', 'buildConfigUri', stated.workflow, (uri) => workflowPath(uri, sourceRepository?.value));
  const facts = {
    sourceRepository,
    sourceRef: compare('sourceRef', 'sourceRepositoryRef', stated.sourceRef),
    commit: compare('commit', 'sourceRepositoryDigest', stated.commit),
    workflow,
    definition: workflow ?? (stated.definition && { value: stated.definition.value, where: stated.definition.path }),
    runnerEnvironment: compare('runnerEnvironment', 'runnerEnvironment', runnerStated),
    trigger: compare('trigger', 'buildTrigger', stated.trigger),
    // slsa-github-generator numbers its runs instead of naming them.
    invocation: compare('invocation', 'runInvocationUri', stated.invocation?.value.includes('://') ? stated.invocation : undefined),
  };
  const builder = gatherBuilder(stated, attestation, paired, contradictions);
  return {
    ...withoutAbsent(facts),
    ...builder,
    buildType: { value: stated.buildType.value, where: stated.buildType.path },
    signedByTenant: claims.buildSignerUri !== undefined && claims.buildSignerUri === claims.buildConfigUri,
    contradictions,
  };
}

/** A builder is a pair with its signer (https://slsa.dev/spec/v1.1/verifying-artifacts, step 1): an id alone is only a word. */
function gatherBuilder(
  stated: StatedBuild,
  { claims, signer }: VerifiedAttestation,
  paired: boolean,
  contradictions: Contradiction[],
): Pick<BuildFacts, 'builder' | 'voucher' | 'builderIds'> {
  const predicate: Fact = { value: stated.builderId.value, where: stated.builderId.path };
  if (paired) return { builder: predicate, voucher: { by: 'policy' }, builderIds: [predicate.value] };
  if (signer.kind === 'key') return { builder: predicate, voucher: { by: 'nobody' }, builderIds: [predicate.value] };
  const certified = claims?.buildSignerUri;
  if (certified === undefined) {
    // A person, a service account, or a certificate from before 2023: only its subject can be the builder.
    const same = predicate.value === signer.subject;
    return { builder: predicate, voucher: { by: same ? 'certificate' : 'nobody' }, builderIds: [predicate.value] };
  }
  const certificate: Fact = { value: certified, where: `certificate (${claimOid('buildSignerUri')})` };
  const runner = RUNNER_BUILDERS.get(predicate.value);
  const supported =
    [certified, signer.subject, claims?.runInvocationUri].includes(predicate.value) ||
    (runner !== undefined && runner === claims?.runnerEnvironment);
  if (!supported) contradictions.push({ field: 'builder', certificate, predicate });
  return { builder: certificate, voucher: { by: 'certificate' }, builderIds: supported ? [certified, predicate.value] : [certified] };
}

/** `https://github.com/acme/x/.github/workflows/release.yml@refs/heads/main` -> `.github/workflows/release.yml` */
function workflowPath(uri: string, repository: string | undefined): string {
  const at = uri.indexOf('@');
  const withoutRef = at === -1 ? uri : uri.slice(0, at);
  return repository !== undefined && withoutRef.startsWith(`${repository}/`)
    ? // GitLab puts a second slash between project and file.
      withoutRef.slice(repository.length).replace(/^\/+/, '')
    : withoutRef;
}

function withoutAbsent<T extends object>(facts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
