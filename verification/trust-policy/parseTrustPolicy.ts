import type { FindingCode, TrustPolicyFinding, TrustPolicyProblem } from '../finding';
import { failure, success } from '../result';
import type { Result } from '../result';
import { CALLER_FIELDS } from './caller';
import { PUBLIC_GOOD, crossFieldProblems, trustRootNames } from './crossFields';
import type { PolicyException } from './exceptions';
import { normalizeGlob } from './imageGlob';
import { listProblems, problemsInWords, problemsOfIssue, show } from './problems';
import type { LocatedProblem } from './problems';
import { knownKeysOf } from './knownKeys';
import { repositoryAddress } from './repositoryAddress';
import { REQUIREMENT_KINDS } from './requirements';
import type { AttestationRequirement } from './requirements';
import { trustPolicySchema } from './schema';
import type { TrustPolicyFile } from './schema';
import type { Authority, ExpectedCaller, Identity, ImagePolicy, TrustPolicy, TrustRoot, TrustRootThresholds } from './types';
import { PRIVATE_KEY_MESSAGE } from './publicKey';
import { readYaml } from './yamlDocument';

type Invalid = Extract<TrustPolicyFinding, { code: 'trust-policy-invalid' }>;

/**
 * Parses a trust policy.
 *
 * @param text YAML or JSON, at most 1 MiB
 * @param file its path, for messages
 * @returns the policy, or `trust-policy-invalid` with every problem at once, each with field path, line and column
 */
export function parseTrustPolicy(text: string, file: string): Result<TrustPolicy, Invalid> {
  const yaml = readYaml(text);
  if (!yaml.ok) return invalid(file, yaml.problems);
  const read = readTrustPolicy(yaml.value);
  if (read.ok && yaml.problems.length === 0) return success(read.policy);
  const fields = read.ok ? [] : problemsInWords(read.problems, yaml.position);
  const told = fields.some(({ message }) => message === PRIVATE_KEY_MESSAGE);
  return invalid(file, [...yaml.problems.filter(({ message }) => !(told && message === PRIVATE_KEY_MESSAGE)), ...fields]);
}

/**
 * Like `parseTrustPolicy`, for a policy that is already an object, in the configuration of the policy pack for example.
 *
 * @param file a name for messages
 */
export function parseTrustPolicyObject(value: unknown, file: string): Result<TrustPolicy, Invalid> {
  const read = readTrustPolicy(value);
  return read.ok
    ? success(read.policy)
    : invalid(
        file,
        problemsInWords(read.problems, () => ({})),
      );
}

function invalid(file: string, found: readonly TrustPolicyProblem[]): Result<never, Invalid> {
  return failure({ code: 'trust-policy-invalid', file, problems: listProblems(found, 'a trust policy') });
}

function readTrustPolicy(value: unknown): { ok: true; policy: TrustPolicy } | { ok: false; problems: readonly LocatedProblem[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      ok: false,
      problems: [
        {
          path: [],
          message: `expected a trust policy (a mapping), got ${show(value)}`,
        },
      ],
    };
  }
  const parsed = trustPolicySchema.safeParse(value, { jitless: true });
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, value, knownKeysOf(trustPolicySchema)))),
    ...crossFieldProblems(value),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, policy: toPolicy(parsed.data) };
}

/** From the file format to the types that the rest works with; everything has been checked. */
function toPolicy(file: TrustPolicyFile): TrustPolicy {
  const [onlyRoot = PUBLIC_GOOD] = trustRootNames(file);
  return {
    unmatchedImages: file.unmatchedImages,
    trustRoots: (file.trustRoots ?? [{ name: PUBLIC_GOOD, publicGood: {} }]).map(toTrustRoot),
    policies: file.policies.map((policy): ImagePolicy => ({
      name: policy.name,
      mode: policy.mode,
      images: policy.images.map(normalizeGlob),
      authorities: policy.authorities.map((authority) => toAuthority(authority, onlyRoot)),
      signatureThreshold: policy.signatures?.threshold ?? 1,
      attestations: (policy.attestations ?? []).map((entry) => toRequirement(entry, policy.authorities)),
      ...(policy.freshness && { freshness: policy.freshness }),
      ...(policy.continuity !== undefined &&
        policy.continuity !== false && { continuity: policy.continuity === true ? 'warn' : policy.continuity }),
      ...(policy.rollback && { rollback: policy.rollback }),
    })),
    ...(file.exceptions && { exceptions: file.exceptions.map(toException) }),
  };
}

function toException({ policies, findings, images, ...rest }: NonNullable<TrustPolicyFile['exceptions']>[number]): PolicyException {
  return {
    ...rest,
    images: images.map(normalizeGlob),
    ...(policies && { policies }),
    // The schema accepted only codes that exist.
    ...(findings && { findings: findings as FindingCode[] }),
  };
}

type KeyOfFile = NonNullable<TrustPolicyFile['policies'][number]['authorities'][number]['key']>;
type PolicyOfFile = TrustPolicyFile['policies'][number];

function toRequirement(
  entry: NonNullable<PolicyOfFile['attestations']>[number],
  authorities: PolicyOfFile['authorities'],
): AttestationRequirement {
  const kind = REQUIREMENT_KINDS.find((candidate) => entry[candidate] !== undefined);
  if (kind === undefined) throw new Error(`requirement ${entry.name} passed the checks without a kind`);
  const common = { name: entry.name, authorities: entry.authorities ?? authorities.map((authority) => authority.name) };
  // The key and its value belong together by construction; TypeScript cannot follow a union over keys.
  return { ...common, kind, requirement: entry[kind] } as AttestationRequirement;
}

type RootOfFile = NonNullable<TrustPolicyFile['trustRoots']>[number];

function toTrustRoot({ name, file, tuf, thresholds }: RootOfFile): TrustRoot {
  const full: TrustRootThresholds = {
    transparencyLog: thresholds?.transparencyLog ?? 1,
    certificateTransparency: thresholds?.certificateTransparency ?? 1,
    timestamps: thresholds?.timestamps ?? 1,
  };
  if (file !== undefined) return { kind: 'file', name, path: file.path, thresholds: full };
  if (tuf !== undefined) return { kind: 'tuf', name, url: tuf.url, root: tuf.root, thresholds: full };
  return { kind: 'public-good', name, thresholds: full };
}

function toAuthority(authority: TrustPolicyFile['policies'][number]['authorities'][number], onlyRoot: string): Authority {
  const { name, keyless, key } = authority;
  if (keyless !== undefined) {
    return { kind: 'keyless', name, trustRoot: keyless.trustRoot ?? onlyRoot, identities: keyless.identities.map(toIdentity) };
  }
  if (key === undefined) throw new Error(`authority ${name} passed the checks without keyless and key`);
  return {
    kind: 'key',
    name,
    key: toKey(key),
    ...(key.trustRoot !== undefined && { trustRoot: key.trustRoot }),
  };
}

function toKey({ data, path, kms }: KeyOfFile): Extract<Authority, { kind: 'key' }>['key'] {
  if (data !== undefined) return { kind: 'data', pem: data };
  if (kms !== undefined) return { kind: 'kms', reference: kms };
  if (path === undefined) throw new Error('a key passed the checks without path, data and kms');
  return { kind: 'path', path };
}

type KeylessOfFile = NonNullable<PolicyOfFile['authorities'][number]['keyless']>;
type IdentityOfFile = KeylessOfFile['identities'][number];

function toIdentity(identity: IdentityOfFile): Identity {
  const { issuer, subject, subjectRegExp: source = '', anyCaller } = identity;
  const caller = toCaller(identity);
  return {
    issuer,
    subject: subject === undefined ? { kind: 'pattern', source } : { kind: 'exact', value: subject },
    ...(caller && { caller }),
    ...(anyCaller === true && { anyCaller }),
  };
}

function toCaller(identity: IdentityOfFile): ExpectedCaller | undefined {
  const given = CALLER_FIELDS.flatMap((field) => {
    const value = identity[field];
    if (value === undefined) return [];
    return [[field, field === 'sourceRepository' ? repositoryAddress(String(value)) : String(value)] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
