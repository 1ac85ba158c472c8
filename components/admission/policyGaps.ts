import type { ImagePolicy, TrustPolicy } from '../../verification/trust-policy';
import type { Gap } from './attestations';

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

/** Differences in signatures that every policy has. */
export function signatureGaps({ name, authorities }: ImagePolicy, { trustRoots }: TrustPolicy, legacy: boolean): readonly PolicyGap[] {
  const roots = new Set(authorities.flatMap(({ trustRoot }) => (trustRoot === undefined ? [] : [trustRoot])));
  const byTimestamp = trustRoots.some((root) => roots.has(root.name) && root.thresholds.transparencyLog > 0);
  const common = { policy: name, requirement: 'signatures' };
  return [
    ...(legacy
      ? []
      : [
          {
            ...common,
            what: 'signatures in the layout of cosign before version 3 (.sig)',
            why: 'where Kyverno looks for them it takes any attestation by the same signer for a signature',
            fix: 'sign with cosign 3; or set legacySignaturesUnsafe',
          },
        ]),
    ...(byTimestamp
      ? [
          {
            ...common,
            what: 'signatures whose time comes from a timestamp authority alone (Rekor v2)',
            why: 'Kyverno 1.19 wants the time of the log entry itself',
            fix: 'sign with a Rekor v1 log until your Kyverno takes both',
          },
        ]
      : []),
  ];
}
