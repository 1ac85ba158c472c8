import { member } from '../../json';
import { valueAtPath } from '../boundedPredicate';
import type { VerifiedAttestation } from '../types';

/** https://slsa.dev/spec/v1.0/provenance and https://slsa.dev/spec/v0.2/provenance */
const SLSA_V1 = 'https://slsa.dev/provenance/v1';
const SLSA_V02 = 'https://slsa.dev/provenance/v0.2';
export const PROVENANCE_PREDICATE_TYPES: readonly string[] = [SLSA_V1, SLSA_V02];

/** What SLSA provenance says about the things that a model card states as well. Empty where it says nothing. */
export interface BuildFacts {
  /** Commits of the sources, in full. */
  readonly commits: readonly string[];
  readonly builders: readonly string[];
  /** Ids of the run: as a whole, and the number of the run in it. */
  readonly builds: readonly string[];
}

/** The facts of one provenance; `undefined` for attestations of other types. The full reading of provenance is for its own requirement. */
export function buildFacts({ predicateType, predicate }: VerifiedAttestation): BuildFacts | undefined {
  if (predicateType === SLSA_V1) {
    return {
      commits: list(valueAtPath(predicate, 'buildDefinition.resolvedDependencies')).flatMap(gitCommit),
      builders: texts(valueAtPath(predicate, 'runDetails.builder.id')),
      builds: texts(valueAtPath(predicate, 'runDetails.metadata.invocationId')).flatMap(runIds),
    };
  }
  if (predicateType === SLSA_V02) {
    const sources = [valueAtPath(predicate, 'invocation.configSource'), ...list(valueAtPath(predicate, 'materials'))];
    return {
      commits: [...new Set(sources.flatMap(gitCommit))],
      builders: texts(valueAtPath(predicate, 'builder.id')),
      builds: texts(valueAtPath(predicate, 'metadata.buildInvocationId')).flatMap(runIds),
    };
  }
  return undefined;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : []);

/** `gitCommit`, or the older `sha1` where the source is a git repository: elsewhere it is the hash of a file. */
function gitCommit(source: unknown): readonly string[] {
  const digest = member(source, 'digest');
  const commit = texts(member(digest, 'gitCommit'));
  if (commit.length > 0) return commit;
  const uri = member(source, 'uri');
  return typeof uri === 'string' && uri.startsWith('git+') ? texts(member(digest, 'sha1')) : [];
}

/** `https://github.com/acme/models/actions/runs/12345/attempts/1`, and `12345-1` in v0.2. */
const RUN = /\/actions\/runs\/(\d+)(?:\/attempts\/\d+)?$|^(\d+)-\d+$/;

function runIds(invocation: string): readonly string[] {
  const [, url, number] = RUN.exec(invocation) ?? [];
  const run = url ?? number;
  return run === undefined ? [invocation] : [invocation, run];
}

/** Ways in which a card writes a build id: as it is, or with the name of the service before the number: `gh-actions-12345`. */
export function agreesWithBuild(buildId: string, builds: readonly string[]): boolean {
  const [, number] = /^[A-Za-z][A-Za-z-]*[-/#:](\d+)$/.exec(buildId) ?? [];
  return builds.includes(buildId) || (number !== undefined && builds.includes(number));
}

/** Short names of build services, and how their builder ids begin. Any other builder is written as its id. */
const BUILDERS: Readonly<Record<string, readonly string[]>> = {
  'github-actions': ['https://github.com/'],
  'gitlab-ci': ['https://gitlab.com/'],
  'google-cloud-build': ['https://cloudbuild.googleapis.com/'],
};

export function agreesWithBuilder(builder: string, ids: readonly string[]): boolean {
  const prefixes = Object.hasOwn(BUILDERS, builder) ? (BUILDERS[builder] ?? []) : [];
  return ids.some((id) => id === builder || prefixes.some((prefix) => id.startsWith(prefix)));
}
