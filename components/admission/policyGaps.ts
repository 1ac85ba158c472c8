import type { Authority, ImagePolicy, TrustPolicy } from '../../verification/trust-policy';
import type { Gap } from './attestations';
import { kyvernoKey } from './publicKeys';

/** Something that the cluster does not hold as the preview does. */
export interface PolicyGap extends Gap {
  /** Name of the policy in the trust policy. */
  readonly policy: string;
  /** Name of its requirement, or the field: `freshness`. */
  readonly requirement: string;
}

const BY_SUMMARY = 'set verificationSummary with a maxAge of the same length';

/** What concerns a policy as a whole and needs more than one image at one moment. */
export function lifecycleGaps({ name, freshness, continuity, rollback }: ImagePolicy): readonly PolicyGap[] {
  const gap = (requirement: string, what: string, why: string, fix: string): PolicyGap => ({ policy: name, requirement, what, why, fix });
  const noMemory = 'the API server has no record of earlier verdicts';
  return [
    ...(freshness === undefined
      ? []
      : [
          gap(
            'freshness',
            `signatures older than ${freshness.maxSignatureAge.text}`,
            'Kyverno does not tell when a signature was made',
            BY_SUMMARY,
          ),
        ]),
    ...(continuity === undefined ? [] : [gap('continuity', 'a changed signer', noMemory, BY_SUMMARY)]),
    ...(rollback === undefined ? [] : [gap('rollback', 'an older image', noMemory, BY_SUMMARY)]),
  ];
}

/** What of a signature by a key is not looked at. */
export function keyGaps({ name, authorities }: ImagePolicy): readonly PolicyGap[] {
  const logged = authorities.filter((authority) => authority.kind === 'key' && authority.trustRoot !== undefined);
  return logged.map((authority) => ({
    policy: name,
    requirement: 'signatures',
    what: `when the key of authority ${authority.name} signed: a log entry that states no time`,
    why: 'Kyverno asks a key for an entry of the log, and not for its time',
    fix: BY_SUMMARY,
  }));
}

/** Differences in signatures that every policy has. */
export function signatureGaps(policy: ImagePolicy, { trustRoots }: TrustPolicy, trust: SignatureOptions): readonly PolicyGap[] {
  const used = new Set(policy.authorities.flatMap(({ trustRoot }) => (trustRoot === undefined ? [] : [trustRoot])));
  const logs = trustRoots.filter(({ name }) => used.has(name)).map(({ thresholds }) => thresholds.transparencyLog > 0);
  const gaps: readonly (Gap | false)[] = [
    !trust.legacySignatures && OLD_LAYOUT,
    logs.includes(true) && BY_TIMESTAMP,
    logs.includes(false) && BY_LOG,
    policy.authorities.some((authority) => namesItsHash(trust.keys.get(authority))) && OTHER_HASH,
  ];
  return gaps.flatMap((gap) => (gap === false ? [] : [{ policy: policy.name, requirement: 'signatures', ...gap }]));
}

/** What decides which signatures the cluster takes. */
export interface SignatureOptions {
  readonly legacySignatures: boolean;
  /** PEM of the keys of authorities. */
  readonly keys: ReadonlyMap<Authority, string>;
}

const namesItsHash = (pem: string | undefined): boolean => pem !== undefined && 'hashAlgorithm' in kyvernoKey(pem);

const OLD_LAYOUT: Gap = {
  what: 'signatures in the layout of cosign before version 3 (.sig)',
  why: 'where Kyverno looks for them it takes any attestation by the same signer for a signature',
  fix: 'sign with cosign 3; or set legacySignaturesUnsafe',
};
const BY_TIMESTAMP: Gap = {
  what: 'signatures whose time comes from a timestamp authority alone (Rekor v2)',
  why: 'Kyverno 1.19 wants the time of the log entry itself',
  fix: 'sign with a Rekor v1 log until your Kyverno takes both',
};
const BY_LOG: Gap = {
  what: 'signatures whose time comes from a log alone',
  why: 'under a trust root that asks for no log Kyverno wants a timestamp',
  fix: 'have signatures timestamped, or set thresholds.transparencyLog to 1',
};
const OTHER_HASH: Gap = {
  what: 'signatures with SHA-256 by a P-384 or P-521 key (cosign before version 3)',
  why: 'an attestor of Kyverno knows one hash: the one that belongs to the curve',
  fix: 'sign with cosign 3',
};
