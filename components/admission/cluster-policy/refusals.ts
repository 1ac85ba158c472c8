import type { Authority, ImagePolicy, TrustPolicy } from '../../../verification/trust-policy';
import type { SignatureFormat } from '../args';
import type { Refusal } from '../attestors';
import { USE_SUMMARY } from '../attestations/types';
import { usedRoots } from '../enforceability';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';
import { unheld } from './requirements';

/** What decides about what a ClusterPolicy can hold, beside the trust policy. */
export interface ClusterPolicyMeans {
  readonly signatureFormat: SignatureFormat;
  /** Whether the gate signs verification summaries. */
  readonly summaries: boolean;
  /** The TUF repository that the flags of Kyverno name; undefined for the public Sigstore. */
  readonly kyvernoTufMirror: string | undefined;
}

/** The way out of what only this backend cannot hold. */
export const USE_KYVERNO = 'use the backend kyverno';

/** What a ClusterPolicy cannot hold as the preview does; without this list the cluster would be weaker in silence. */
export function clusterPolicyRefusals(trust: AdmissionTrustPolicy, means: ClusterPolicyMeans): readonly Refusal[] {
  return [
    ...rootRefusals(trust, means.kyvernoTufMirror),
    ...trust.policy.policies.flatMap((policy, index) => [
      ...attestationRefusals(policy, index, means),
      ...(means.signatureFormat === 'legacy' ? legacyRefusals(policy, index) : []),
    ]),
    ...templateRefusals(trust.policy),
    ...(trust.policy.exceptions ?? []).map(({ name }, index) => ({
      path: `exceptions[${index}]`,
      expected: 'no exceptions',
      found: `the exception ${name}`,
      fix: `${USE_KYVERNO}: a ClusterPolicy has no clock that would end it`,
    })),
  ];
}

/** Kyverno reads trust roots from its flags alone, so that what stands in the trust policy must be what stands there. */
function rootRefusals(trust: AdmissionTrustPolicy, mirror: string | undefined): readonly Refusal[] {
  return usedRoots(trust).flatMap((root): readonly Refusal[] => {
    const path = `trustRoots[${trust.policy.trustRoots.indexOf(root)}]`;
    if (root.kind === 'file') {
      const fix = `serve it as a TUF repository and start Kyverno with it; or ${USE_KYVERNO}`;
      return [
        {
          path: `${path}.file`,
          expected: 'publicGood or tuf: Kyverno reads trust roots of ClusterPolicies by its flags',
          found: root.path,
          fix,
        },
      ];
    }
    const wanted = root.kind === 'tuf' ? root.url : undefined;
    if (wanted === mirror) return [];
    return [
      {
        path: wanted === undefined ? `${path}.publicGood` : `${path}.tuf.url`,
        expected: 'the TUF repository with which Kyverno was started, as kyvernoTufMirror says',
        found: `${wanted ?? 'the public Sigstore'}, and kyvernoTufMirror is ${mirror ?? 'not set'}`,
        fix:
          wanted === undefined
            ? `leave out kyvernoTufMirror, if Kyverno runs without --tufMirror; or ${USE_KYVERNO}`
            : `start Kyverno with it (KyvernoInstallation: tuf; chart: features.tuf), and write kyvernoTufMirror: ${wanted}; without it Kyverno would trust the public Sigstore instead`,
      },
    ];
  });
}

function attestationRefusals(policy: ImagePolicy, index: number, { summaries }: ClusterPolicyMeans): readonly Refusal[] {
  if (summaries) return [];
  return policy.attestations.flatMap((entry, position) => {
    const found = unheld(entry, policy);
    if (found === undefined) return [];
    return [
      {
        path: `policies[${index}].attestations[${position}]`,
        expected: 'a requirement that a ClusterPolicy can hold: one predicate type, by one signer where the newest decides',
        found: `${entry.name}: ${found}`,
        fix: `${USE_KYVERNO}; or ${USE_SUMMARY}`,
      },
    ];
  });
}

/** Certificates and logs of the older layout come from other targets of a TUF repository, and were not tried. */
function legacyRefusals({ authorities, attestations }: ImagePolicy, index: number): readonly Refusal[] {
  const refuse = (path: string, found: string): Refusal => ({
    path: `policies[${index}].${path}`,
    expected: 'keys without a trust root where signatureFormat is legacy',
    found,
    fix: `sign with cosign 3 and leave out signatureFormat; or ${USE_KYVERNO} with legacySignaturesUnsafe`,
  });
  return [
    ...authorities.flatMap((authority, position) =>
      authority.trustRoot === undefined ? [] : [refuse(`authorities[${position}]`, describedAuthority(authority))],
    ),
    ...attestations.map(({ name }, position) => refuse(`attestations[${position}]`, `the attestation ${name}`)),
  ];
}

const describedAuthority = ({ kind, name, trustRoot = '' }: Authority): string => `${name} (${kind}, trust root ${trustRoot})`;

/** `{{ }}` and `$( )` mean something to Kyverno wherever they stand in a rule. */
export const TEMPLATE = /\{\{|\$\(/;

function templateRefusals({ policies }: TrustPolicy): readonly Refusal[] {
  return policies.flatMap((policy, index) =>
    textsOf(policy).flatMap(([path, text]) =>
      TEMPLATE.test(text)
        ? [
            {
              path: `policies[${index}].${path}`,
              expected: 'a text without {{ and $(, which Kyverno would replace in a ClusterPolicy',
              found: text,
              fix: `write it in another way; or ${USE_KYVERNO}`,
            },
          ]
        : [],
    ),
  );
}

/** What is written into a rule as it stands. Conditions are not: their literals are escaped. */
function* textsIn({ authorities, attestations }: ImagePolicy): Generator<readonly [path: string, text: string]> {
  for (const [index, authority] of authorities.entries()) {
    const path = `authorities[${index}]`;
    if (authority.kind === 'key') {
      if (authority.key.kind === 'kms') yield [`${path}.key.kms`, authority.key.reference];
      continue;
    }
    for (const [position, { issuer, subject }] of authority.identities.entries()) {
      const identity = `${path}.keyless.identities[${position}]`;
      yield [`${identity}.issuer`, issuer];
      yield subject.kind === 'exact' ? [`${identity}.subject`, subject.value] : [`${identity}.subjectRegExp`, subject.source];
    }
  }
  for (const [index, { kind, requirement }] of attestations.entries()) {
    if (kind === 'custom') yield [`attestations[${index}].custom.predicateType`, requirement.predicateType];
  }
}

const textsOf = (policy: ImagePolicy): readonly (readonly [string, string])[] => [...textsIn(policy)];
