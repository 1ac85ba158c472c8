import type { CallerDifference } from '../finding';
import { isSameRepository } from './repositoryAddress';
import type { ExpectedCaller } from './types';

/** What a certificate says about the build beside its subject; see `CertificateClaims`. */
export interface CertifiedCaller {
  readonly sourceRepositoryUri?: string;
  readonly sourceRepositoryIdentifier?: string;
  readonly sourceRepositoryOwnerIdentifier?: string;
  readonly sourceRepositoryRef?: string;
  readonly buildTrigger?: string;
  readonly runnerEnvironment?: string;
  readonly buildConfigUri?: string;
}

/** Field of an identity, and the claim that it is compared with. */
export const CALLER_CLAIMS = {
  sourceRepository: 'sourceRepositoryUri',
  sourceRepositoryId: 'sourceRepositoryIdentifier',
  sourceRepositoryOwnerId: 'sourceRepositoryOwnerIdentifier',
  sourceRepositoryRef: 'sourceRepositoryRef',
  buildTrigger: 'buildTrigger',
  runnerEnvironment: 'runnerEnvironment',
  buildConfig: 'buildConfigUri',
} as const satisfies Record<keyof ExpectedCaller, keyof CertifiedCaller>;

export type CallerField = keyof ExpectedCaller;

export const CALLER_FIELDS = Object.keys(CALLER_CLAIMS) as readonly CallerField[];

/** Every field in which the certified build is not the expected caller; none when it is, or when any caller will do. */
export function callerDifferences(expected: ExpectedCaller | undefined, certified: CertifiedCaller = {}): readonly CallerDifference[] {
  if (expected === undefined) return [];
  return CALLER_FIELDS.flatMap((field): readonly CallerDifference[] => {
    const wanted = expected[field];
    if (wanted === undefined) return [];
    const found = certified[CALLER_CLAIMS[field]];
    if (found === undefined) return [{ field, expected: wanted }];
    const holds = field === 'sourceRepository' ? isSameRepository(wanted, found) : wanted === found;
    return holds ? [] : [{ field, expected: wanted, found }];
  });
}
