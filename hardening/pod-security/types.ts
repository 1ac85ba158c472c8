import type { Pod } from '../pod/pod';

/** Levels of the Pod Security Standards that ask for something. */
export type PodSecurityLevel = 'baseline' | 'restricted';

/** Versions of the standard, oldest first. A cluster enforces the version that its namespace label names. */
export const POD_SECURITY_VERSIONS = ['1.34', '1.35', '1.36', '1.37'] as const;
export type PodSecurityVersion = (typeof POD_SECURITY_VERSIONS)[number];

/** One thing that a check saw, before it is known which check it was. */
export interface Observation {
  /** `violation`: the standard forbids it. `undecidable`: a value that decides is not known yet. */
  readonly outcome: 'violation' | 'undecidable';
  /** Field path from the root of the resource. For `undecidable`: the value that is not known. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** Nothing is there: in a patch, or in a pod that another template completes, that is no violation yet. */
  readonly missing?: true;
}

/** One check of the standard, with its id there (kubernetes/pod-security-admission, policy/check_*.go). */
export interface PodSecurityCheck {
  readonly id: string;
  readonly level: PodSecurityLevel;
  /** The first version that has it; absent: all that we know. */
  readonly since?: PodSecurityVersion;
  /** The baseline check that this one makes superfluous at `restricted`. */
  readonly overrides?: string;
  /** Why the standard asks for it. */
  readonly reason: string;
  readonly fix: string;
  readonly look: (pod: Pod, version: PodSecurityVersion) => readonly Observation[];
}

/** What one check says about a pod. */
export interface PodSecurityFinding extends Observation {
  readonly checkId: string;
  readonly level: PodSecurityLevel;
  readonly reason: string;
  readonly fix: string;
}

/** Whether `version` is `other` or newer. */
export function isAtLeast(version: PodSecurityVersion, other: PodSecurityVersion): boolean {
  return POD_SECURITY_VERSIONS.indexOf(version) >= POD_SECURITY_VERSIONS.indexOf(other);
}
