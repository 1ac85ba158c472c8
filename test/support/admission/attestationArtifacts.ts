import { attested } from './artifacts';
import type { MakeArtifact } from './artifacts';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW } from './workshop';

const HOUR = 60 * 60 * 1000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');

export const BOM = 'https://cyclonedx.org/bom';
export const CUSTOM = 'https://acme.example/red-team/v1';
export const CARD = 'urn:pulumi-model-supply-chain:model-card:v1';
export const EVALUATION = 'urn:pulumi-model-supply-chain:evaluation:v1';
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
export const SUMMARY = 'https://slsa.dev/verification_summary/v1';
export const PROVENANCE = 'https://slsa.dev/provenance/v1';
export const SCAN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
export const VERIFIER = 'https://acme.example/model-gate';
export const REPOSITORY = 'https://github.com/acme/ml-models';

const bom = (count: number) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { timestamp: ago(1) },
  components: Array.from({ length: count }, (_, index) => ({ type: 'library', name: `lib${index}`, version: '1' })),
});

const decision = (text: unknown, fields: object = {}) => ({ decision: text, reviewer: 'ann@acme.com', round: 3, ...fields });

const card = (fields: object = {}, license: unknown = 'Apache-2.0') => ({
  model_details: { name: 'sentiment', version: '2.1.0', license },
  provenance: { training_data: { hash: `sha256:${'0123456789abcdef'.repeat(4)}` } },
  performance: { accuracy: 0.94 },
  security: { last_security_review: ago(48).slice(0, 10), known_limitations: ['irony'] },
  ...fields,
});

const evaluation = (fields: object = {}) => ({
  result: 'PASSED',
  evaluatedAt: ago(2),
  dataset: { uri: 's3://acme/eval-v3/' },
  metrics: { accuracy: 0.94, per_language: { de: { f1: 0.91 } } },
  ...fields,
});

/** @param repository of the image, with its registry */
const summary = (repository: string, fields: object = {}) => ({
  verifier: { id: VERIFIER },
  timeVerified: ago(1),
  resourceUri: `oci://${repository}`,
  policy: { uri: 'https://acme.example/trust-policy.yaml', digest: { sha256: 'ab'.repeat(32) } },
  verificationResult: 'PASSED',
  verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
  slsaVersion: '1.1',
  ...fields,
});

const provenance = (change: (predicate: ReturnType<typeof baseProvenance>) => void = () => undefined) => {
  const predicate = baseProvenance();
  change(predicate);
  return predicate;
};

const baseProvenance = () => ({
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: { workflow: { ref: 'refs/heads/main', repository: REPOSITORY, path: '.github/workflows/release.yml' } },
    internalParameters: { github: { event_name: 'push', runner_environment: 'github-hosted' } },
    resolvedDependencies: [{ uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' } }],
  },
  runDetails: {
    builder: { id: RELEASE_WORKFLOW.subject },
    metadata: { invocationId: `${REPOSITORY}/actions/runs/42/attempts/1`, startedOn: ago(2), finishedOn: ago(1) },
  },
});

const foreign =
  (type: string, predicate: object): MakeArtifact =>
  async (workshop, repository) => {
    const image = await attested()(workshop, repository);
    await workshop.attest(image, { identity: FOREIGN_WORKFLOW }, type, predicate);
    return image;
  };

const moved =
  (type: string, predicate: object): MakeArtifact =>
  async (workshop, repository) => {
    const [image, other] = [await attested()(workshop, repository), await workshop.image(`${repository}-other`)];
    const identity = RELEASE_WORKFLOW;
    await workshop.attach(image, await workshop.sigstore.attest({ digest: other.digest, identity, predicateType: type, predicate }));
    return image;
  };

const scan = (severity?: string) => ({
  invocation: {},
  scanner: {
    uri: 'https://github.com/aquasecurity/trivy',
    version: '0.58.0',
    db: {},
    result: {
      SchemaVersion: 2,
      ArtifactName: 'image',
      Results: [
        {
          Target: 'debian',
          Vulnerabilities:
            severity === undefined ? [] : [{ VulnerabilityID: 'CVE-2026-1', PkgName: 'a', InstalledVersion: '1', Severity: severity }],
        },
      ],
    },
  },
  metadata: { scanStartedOn: ago(2), scanFinishedOn: ago(1) },
});

/** Attestations by the policy of the case: policy -> what is attached. */
export const ATTESTATIONS: Readonly<Record<string, Readonly<Record<string, MakeArtifact>>>> = {
  sbom: {
    none: attested(),
    good: attested([BOM, bom(3)]),
    'too small': attested([BOM, bom(1)]),
    'not CycloneDX': attested([BOM, { ...bom(3), bomFormat: 'SPDX' }]),
    'without components': attested([BOM, { bomFormat: 'CycloneDX', specVersion: '1.6' }]),
    'components are no list': attested([BOM, { ...bom(3), components: 'many' }]),
    'by a stranger': foreign(BOM, bom(3)),
    'of another image': moved(BOM, bom(3)),
  },
  custom: {
    none: attested(),
    approved: attested([CUSTOM, decision('approved')]),
    rejected: attested([CUSTOM, decision('rejected')]),
    'without the field': attested([CUSTOM, { reviewer: 'ann@acme.com', round: 3 }]),
    'the number as text': attested([CUSTOM, decision('approved', { round: '3' })]),
    'reviewer elsewhere': attested([CUSTOM, decision('approved', { reviewer: 'ann@acme.com.evil.example' })]),
    'a list where text belongs': attested([CUSTOM, decision(['approved'])]),
    'by a stranger': foreign(CUSTOM, decision('approved')),
    'of another image': moved(CUSTOM, decision('approved')),
    'under another type': attested(['https://acme.example/red-team/v2', decision('approved')]),
  },
  card: {
    none: attested(),
    good: attested([CARD, card()]),
    'license not allowed': attested([CARD, card({}, 'CC-BY-NC-4.0')]),
    'license in other case': attested([CARD, card({}, 'apache-2.0')]),
    'without license': attested([CARD, card({ model_details: { name: 'sentiment', version: '1' } })]),
    'accuracy too low': attested([CARD, card({ performance: { accuracy: 0.5 } })]),
    'accuracy as text': attested([CARD, card({ performance: { accuracy: '0.94' } })]),
    'placeholder hash': attested([CARD, card({ provenance: { training_data: { hash: 'sha256:abc123...' } } })]),
    'review too old': attested([CARD, card({ security: { last_security_review: '2020-01-01', known_limitations: ['x'] } })]),
    'review tomorrow': attested([CARD, card({ security: { last_security_review: ago(-72).slice(0, 10), known_limitations: ['x'] } })]),
    'no limitations': attested([CARD, card({ security: { last_security_review: ago(48).slice(0, 10), known_limitations: [] } })]),
  },
  evaluation: {
    none: attested(),
    passed: attested([EVALUATION, evaluation()]),
    failed: attested([EVALUATION, evaluation({ result: 'FAILED' })]),
    'passed with failed tests': attested([EVALUATION, evaluation({ failedTests: ['bias'] })]),
    'too old': attested([EVALUATION, evaluation({ evaluatedAt: '2020-01-01T00:00:00Z' })]),
    tomorrow: attested([EVALUATION, evaluation({ evaluatedAt: ago(-24) })]),
    'on other data': attested([EVALUATION, evaluation({ dataset: { uri: 's3://acme/eval-v2/' } })]),
    'metric too low': attested([EVALUATION, evaluation({ metrics: { accuracy: 0.94, per_language: { de: { f1: 0.2 } } } })]),
    'metric missing': attested([EVALUATION, evaluation({ metrics: { accuracy: 0.94 } })]),
    'time is none': attested([EVALUATION, evaluation({ evaluatedAt: 'yesterday' })]),
    'as a test result': attested([TEST_RESULT, { result: 'PASSED', configuration: [{ uri: 's3://acme/eval-v3/' }] }]),
  },
  provenance: {
    none: attested(),
    good: attested([PROVENANCE, provenance()]),
    'other builder': attested([PROVENANCE, provenance((p) => (p.runDetails.builder.id = 'https://evil.example/builder'))]),
    'other repository': attested([
      PROVENANCE,
      provenance((p) => {
        p.buildDefinition.externalParameters.workflow.repository = 'https://github.com/mallory/ml-models';
        p.buildDefinition.resolvedDependencies[0]!.uri = 'git+https://github.com/mallory/ml-models@refs/heads/main';
      }),
    ]),
    'other branch': attested([
      PROVENANCE,
      provenance((p) => (p.buildDefinition.resolvedDependencies[0]!.uri = `git+${REPOSITORY}@refs/heads/feature`)),
    ]),
    'other workflow': attested([
      PROVENANCE,
      provenance((p) => (p.buildDefinition.externalParameters.workflow.path = '.github/workflows/test.yml')),
    ]),
    'by a pull request': attested([
      PROVENANCE,
      provenance((p) => (p.buildDefinition.internalParameters.github.event_name = 'pull_request')),
    ]),
    'too old': attested([
      PROVENANCE,
      provenance(
        (p) =>
          (p.runDetails.metadata = { ...p.runDetails.metadata, startedOn: '2020-01-01T00:00:00Z', finishedOn: '2020-01-01T01:00:00Z' }),
      ),
    ]),
    'repository with .git': attested([
      PROVENANCE,
      provenance((p) => (p.buildDefinition.externalParameters.workflow.repository = `${REPOSITORY}.git`)),
    ]),
  },
  scan: {
    none: attested(),
    clean: attested([SCAN, scan()]),
    'with a low one': attested([SCAN, scan('LOW')]),
    'with a critical one': attested([SCAN, scan('CRITICAL')]),
    'by a stranger': foreign(SCAN, scan()),
  },
};

/** Verification summaries name their image, so they are made with it. */
export const SUMMARIES: Readonly<Record<string, (repository: string) => MakeArtifact>> = {
  none: () => attested(),
  passed: (repository) => attested([SUMMARY, summary(repository)]),
  failed: (repository) => attested([SUMMARY, summary(repository, { verificationResult: 'FAILED', verifiedLevels: ['FAILED'] })]),
  'by another verifier': (repository) => attested([SUMMARY, summary(repository, { verifier: { id: 'https://evil.example' } })]),
  'for another repository': () => attested([SUMMARY, summary('ghcr.io/acme/other')]),
  'of a lower level': (repository) => attested([SUMMARY, summary(repository, { verifiedLevels: ['SLSA_BUILD_LEVEL_1'] })]),
  'of a higher level': (repository) => attested([SUMMARY, summary(repository, { verifiedLevels: ['SLSA_BUILD_LEVEL_4'] })]),
  'too old': (repository) => attested([SUMMARY, summary(repository, { timeVerified: '2020-01-01T00:00:00Z' })]),
  'with a tag in its name': (repository) => attested([SUMMARY, summary(repository, { resourceUri: `${repository}:v1` })]),
};
