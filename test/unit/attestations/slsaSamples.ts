import type { CertificateClaims, RequirementContext, VerifiedAttestation } from '../../../verification/attestations/types';
import { slsaProvenanceCheck } from '../../../verification/checks/attestations/provenance/slsaProvenanceCheck';
import type { Finding } from '../../../verification/finding';
import { slsaProvenanceSchema } from '../../../verification/trust-policy/requirements/slsaProvenance';

/** Data that tests break in ways the types forbid. */
export type Loose = ReturnType<typeof JSON.parse>;

export const V1 = 'https://slsa.dev/provenance/v1';
export const V02 = 'https://slsa.dev/provenance/v0.2';
export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const IMAGE = `ghcr.io/acme/sentiment@${DIGEST}`;
export const NOW = new Date('2026-11-23T12:00:00Z');
export const SIGNED_AT = '2026-11-22T12:00:00.000Z';

export const REPOSITORY = 'https://github.com/acme/ml-models';
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
export const RUN = `${REPOSITORY}/actions/runs/42/attempts/1`;
export const WORKFLOW = '.github/workflows/release.yml';
/** The workflow that people start. */
export const CALLER = `${REPOSITORY}/${WORKFLOW}@refs/heads/main`;
/** The reusable workflow that builds and signs, in a repository of its own. */
export const BUILDER = 'https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v3';

/** What Fulcio certifies about a build in a reusable workflow on a GitHub-hosted runner. */
export const CLAIMS: CertificateClaims = {
  buildSignerUri: BUILDER,
  runnerEnvironment: 'github-hosted',
  sourceRepositoryUri: REPOSITORY,
  sourceRepositoryDigest: COMMIT,
  sourceRepositoryRef: 'refs/heads/main',
  buildConfigUri: CALLER,
  buildTrigger: 'push',
  runInvocationUri: RUN,
};

/** The predicate of actions/attest for that build; a fresh copy that may be broken. */
export const predicateV1 = (): Loose => ({
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: { workflow: { ref: 'refs/heads/main', repository: REPOSITORY, path: WORKFLOW } },
    internalParameters: {
      github: { event_name: 'push', repository_id: '1', repository_owner_id: '2', runner_environment: 'github-hosted' },
    },
    resolvedDependencies: [{ uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } }],
  },
  runDetails: { builder: { id: BUILDER }, metadata: { invocationId: RUN } },
});

/** The predicate of slsa-github-generator for the same build. */
export const predicateV02 = (): Loose => ({
  builder: { id: BUILDER },
  buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
  invocation: {
    configSource: { uri: `git+${REPOSITORY}@refs/heads/main`, digest: { sha1: COMMIT }, entryPoint: WORKFLOW },
    parameters: {},
    environment: { github_event_name: 'push', github_run_id: '42' },
  },
  metadata: { buildInvocationId: '42-1', completeness: { parameters: true } },
  materials: [{ uri: `git+${REPOSITORY}@refs/heads/main`, digest: { sha1: COMMIT } }],
});

/** A verified provenance attestation, keyless, with every claim. */
export function attestation(fields: Partial<VerifiedAttestation> = {}): VerifiedAttestation {
  return {
    predicateType: V1,
    predicate: predicateV1(),
    signer: { kind: 'certificate', issuer: 'https://token.actions.githubusercontent.com', subject: BUILDER },
    authority: 'release-workflow',
    layout: 'bundle-referrer',
    source: `sha256:${'cd'.repeat(32)}`,
    signedAt: SIGNED_AT,
    claims: CLAIMS,
    ...fields,
  };
}

/** The same statement, signed with a key: nothing is certified about the build. */
export function keyed(fields: Partial<VerifiedAttestation> = {}): VerifiedAttestation {
  const item: Loose = attestation({ signer: { kind: 'key', fingerprint: 'sha256:00' }, authority: 'build-key', ...fields });
  delete item.claims;
  return item as VerifiedAttestation;
}

export const context = (all: readonly VerifiedAttestation[] = [], now = NOW): RequirementContext => ({
  reference: IMAGE,
  digest: DIGEST,
  policy: 'models',
  requirement: 'provenance',
  now,
  all,
});

/** Checks attestations against a requirement as the policy file writes it. */
export function check(
  requirement: object,
  attestations: readonly VerifiedAttestation[],
  options: { all?: readonly VerifiedAttestation[]; now?: Date } = {},
) {
  const [first, ...others] = attestations;
  if (first === undefined) throw new Error('a check gets at least one attestation');
  return slsaProvenanceCheck.check(slsaProvenanceSchema.parse(requirement), [first, ...others], context(options.all, options.now));
}

/** What a finding is about, short enough for a table: its code and the field or requirement that it names. */
export const gist = (findings: readonly Finding[]): readonly string[] =>
  findings.map((finding) => {
    if ('unmet' in finding) return `${finding.code} ${finding.unmet}`;
    return 'field' in finding ? `${finding.code} ${finding.field}` : finding.code;
  });
