import { CALLER_FIELDS } from './caller';
import { quoted } from './messageText';
import type { LocatedProblem } from './problems';
import { countNamedSigners } from './namedSigners';
import { REQUIREMENT_KINDS } from './requirements';
import { acceptsWorkflow, repositoryOfWorkflow } from './workflowSubject';

/**
 * Rules that span several fields. They run over the raw value, so that their problems are told together with those of the schema, whatever
 * else is wrong.
 */
export function crossFieldProblems(root: unknown): readonly LocatedProblem[] {
  const roots = list(root, 'trustRoots');
  const policies = list(root, 'policies');
  return [
    ...roots.flatMap((item, index) => trustRootProblems(item, ['trustRoots', index])),
    ...duplicateNames(roots, ['trustRoots']),
    ...duplicateNames(policies, ['policies']),
    ...policies.flatMap((policy, index) => policyProblems(policy, ['policies', index], trustRootNames(root))),
    ...duplicateNames(list(root, 'exceptions'), ['exceptions']),
    ...list(root, 'exceptions').flatMap((item, index) => exceptionProblems(item, ['exceptions', index], namesOf(policies))),
  ];
}

/** The names that authorities may refer to; without `trustRoots` there is the public good. */
export function trustRootNames(root: unknown): readonly string[] {
  if (!isRecord(root) || root['trustRoots'] === undefined) return [PUBLIC_GOOD];
  return list(root, 'trustRoots').flatMap((item) => (isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : []));
}

export const PUBLIC_GOOD = 'public-good';

type Path = readonly (string | number)[];

function policyProblems(policy: unknown, path: Path, roots: readonly string[]): readonly LocatedProblem[] {
  const authorities = list(policy, 'authorities');
  return [
    ...duplicateNames(authorities, [...path, 'authorities']),
    ...authorities.flatMap((authority, index) => authorityProblems(authority, [...path, 'authorities', index], roots)),
    ...duplicateNames(list(policy, 'attestations'), [...path, 'attestations']),
    ...list(policy, 'attestations').flatMap((entry, index) => requirementProblems(entry, [...path, 'attestations', index], authorities)),
    ...thresholdProblems(policy, authorities, path),
  ];
}

function exceptionProblems(exception: unknown, path: Path, policies: readonly string[]): readonly LocatedProblem[] {
  if (!isRecord(exception)) return [];
  const problems: LocatedProblem[] = [];
  if (exception['policies'] === undefined && exception['findings'] === undefined) {
    problems.push({ path, message: 'expected policies, findings or both, got neither: say what the exception lifts' });
  }
  for (const [index, name] of list(exception, 'policies').entries()) {
    if (typeof name === 'string' && !policies.includes(name)) {
      const message = `expected the name of a policy (${policies.join(', ')}), got ${quoted(name)}`;
      problems.push({ path: [...path, 'policies', index], message });
    }
  }
  return problems;
}

function requirementProblems(entry: unknown, path: Path, authorities: readonly unknown[]): readonly LocatedProblem[] {
  if (!isRecord(entry)) return [];
  const kinds = REQUIREMENT_KINDS.filter((kind) => entry[kind] !== undefined);
  const names = namesOf(authorities);
  const problems = [
    ...unknownAuthorities(entry, 'authorities', path, names),
    ...unknownAuthorities(entry['vulnerabilityScan'], 'vexAuthorities', [...path, 'vulnerabilityScan'], names),
    ...provenanceAuthorities(entry['slsaProvenance'], [...path, 'slsaProvenance'], names),
  ];
  if (kinds.length === 1) return problems;
  const got = kinds.length === 0 ? 'none' : kinds.join(' and ');
  return [...problems, { path, message: `expected exactly one of ${REQUIREMENT_KINDS.join(', ')}, got ${got}` }];
}

function provenanceAuthorities(provenance: unknown, path: Path, names: readonly string[]): readonly LocatedProblem[] {
  const review = isRecord(provenance) ? provenance['sourceReview'] : undefined;
  const reviewer = isRecord(review) ? review['authority'] : undefined;
  return [
    ...list(provenance, 'builders').flatMap((builder, index) =>
      unknownAuthorities(builder, 'authorities', [...path, 'builders', index], names),
    ),
    ...(typeof reviewer === 'string' && !names.includes(reviewer)
      ? [unknownAuthority(reviewer, [...path, 'sourceReview', 'authority'], names)]
      : []),
  ];
}

function unknownAuthority(name: string, path: Path, names: readonly string[]): LocatedProblem {
  return { path, message: `expected the name of an authority of this policy (${names.join(', ')}), got ${quoted(name)}` };
}

function unknownAuthorities(holder: unknown, field: string, path: Path, names: readonly string[]): readonly LocatedProblem[] {
  return list(holder, field).flatMap((name, index) =>
    typeof name !== 'string' || names.includes(name) ? [] : [unknownAuthority(name, [...path, field, index], names)],
  );
}

function thresholdProblems(policy: unknown, authorities: readonly unknown[], path: Path): readonly LocatedProblem[] {
  const signatures = isRecord(policy) ? policy['signatures'] : undefined;
  const threshold = isRecord(signatures) ? signatures['threshold'] : undefined;
  const where = [...path, 'signatures', 'threshold'];
  if (threshold === 0 && list(policy, 'attestations').length === 0) {
    return [{ path: where, message: 'expected at least 1, got 0: without attestations nobody would have to sign anything' }];
  }
  if (threshold === 0 && isRecord(policy) && policy['freshness'] !== undefined) {
    const message = 'expected no freshness beside signatures.threshold 0: it is about signatures, attestations have ages of their own';
    return [{ path: [...path, 'freshness'], message }];
  }
  const signers = countNamedSigners(authorities);
  if (typeof threshold === 'number' && authorities.length > 0 && threshold > signers) {
    const message = `expected at most ${signers}, the number of different signers that this policy names, got ${threshold}`;
    return [{ path: where, message }];
  }
  return [];
}

const namesOf = (items: readonly unknown[]): readonly string[] =>
  items.flatMap((item) => (isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : []));

function authorityProblems(authority: unknown, path: Path, roots: readonly string[]): readonly LocatedProblem[] {
  if (!isRecord(authority)) return [];
  const problems: LocatedProblem[] = [...exactlyOne(authority, ['keyless', 'key'], path)];
  const { keyless, key } = authority;
  if (isRecord(keyless)) {
    if (keyless['trustRoot'] === undefined && roots.length !== 1) {
      problems.push({ path: [...path, 'keyless', 'trustRoot'], message: `is missing: expected one of ${roots.join(', ')}` });
    }
    problems.push(...knownRoot(keyless['trustRoot'], [...path, 'keyless', 'trustRoot'], roots));
    for (const [index, identity] of list(keyless, 'identities').entries()) {
      if (isRecord(identity)) problems.push(...identityProblems(identity, [...path, 'keyless', 'identities', index]));
    }
  }
  if (isRecord(key)) {
    problems.push(
      ...exactlyOne(key, ['path', 'data', 'kms'], [...path, 'key']),
      ...knownRoot(key['trustRoot'], [...path, 'key', 'trustRoot'], roots),
    );
  }
  return problems;
}

function identityProblems(identity: Record<string, unknown>, path: Path): readonly LocatedProblem[] {
  return [...exactlyOne(identity, ['subject', 'subjectRegExp'], path), ...callerProblems(identity, path)];
}

/** Without its caller, a reusable workflow lets every repository sign that may call it. */
function callerProblems(identity: Record<string, unknown>, path: Path): readonly LocatedProblem[] {
  const given = CALLER_FIELDS.filter((field) => identity[field] !== undefined);
  if (identity['anyCaller'] === true) {
    const message = `expected either anyCaller or the caller, got both: take out anyCaller, or ${given.join(', ')}`;
    return given.length === 0 ? [] : [{ path: [...path, 'anyCaller'], message }];
  }
  if (given.includes('sourceRepository') || given.includes('sourceRepositoryId') || !acceptsWorkflow(identity)) return [];
  const repository = repositoryOfWorkflow(identity) ?? 'https://github.com/OWNER/REPOSITORY';
  const message =
    'is missing: a workflow signs under this subject for every repository that calls it; add the line ' +
    `"sourceRepository: ${repository}" with the repository that may call it, or "anyCaller: true" if any may`;
  return [{ path: [...path, 'sourceRepository'], message }];
}

function trustRootProblems(root: unknown, path: Path): readonly LocatedProblem[] {
  if (!isRecord(root)) return [];
  const problems: LocatedProblem[] = [...exactlyOne(root, ['publicGood', 'file', 'tuf'], path)];
  const { thresholds } = root;
  if (isRecord(thresholds) && thresholds['transparencyLog'] === 0 && thresholds['timestamps'] === 0) {
    const message =
      'expected a transparency log entry or a timestamp, got 0 of both: nothing would tell whether a certificate was valid when it signed';
    problems.push({ path: [...path, 'thresholds'], message });
  }
  return problems;
}

function knownRoot(name: unknown, path: Path, roots: readonly string[]): readonly LocatedProblem[] {
  if (typeof name !== 'string' || roots.includes(name)) return [];
  return [{ path, message: `expected the name of a trust root (${roots.join(', ')}), got ${quoted(name)}` }];
}

function exactlyOne(value: Record<string, unknown>, names: readonly string[], path: Path): readonly LocatedProblem[] {
  const present = names.filter((name) => value[name] !== undefined);
  if (present.length === 1) return [];
  if (names.length > 2) return [{ path, message: `expected exactly one of ${names.join(', ')}, got ${present.join(' and ') || 'none'}` }];
  return [{ path, message: `expected either ${names.join(' or ')}, got ${present.length === 0 ? 'neither' : 'both'}` }];
}

function duplicateNames(items: readonly unknown[], path: Path): readonly LocatedProblem[] {
  const names = items.map((item) => (isRecord(item) ? item['name'] : undefined));
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) !== index
      ? [{ path: [...path, index, 'name'], message: `expected a name of its own, got ${quoted(name)} a second time` }]
      : [],
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function list(value: unknown, name: string): readonly unknown[] {
  const items: unknown = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return Array.isArray(items) ? items : [];
}
