import type { Authority, ImagePolicy } from '../../../verification/trust-policy';
import type { Refusal } from '../attestors';
import { LABELS, enforcedNamespaces, objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import { findingPage } from '../messages';
import type { PolicyGap } from '../policyGaps';
import { COSIGN_SIGN } from '../signatureCondition';
import { toRe2 } from '../subjectPattern';
import type { AdmissionTrustPolicy } from '../trustPolicyFiles';

/** What a trust policy comes to as ClusterPolicies. */
export interface ClusterPolicies {
  readonly objects: readonly KubernetesObject[];
  readonly previewOnly: readonly PolicyGap[];
}

/** Image extractors for pods replace those that come with Kyverno, so all four stand here. */
const IMAGES = {
  Pod: [
    { name: 'containers', path: '/spec/containers/*', key: 'name', value: 'image' },
    { name: 'initContainers', path: '/spec/initContainers/*', key: 'name', value: 'image' },
    { name: 'ephemeralContainers', path: '/spec/ephemeralContainers/*', key: 'name', value: 'image' },
    { name: 'modelVolumes', path: '/spec/volumes/*/image', value: 'reference' },
  ],
} as const;

/**
 * The trust policy as ClusterPolicies with `verifyImages`, for clusters that cannot take ImageValidatingPolicies yet. Kyverno refuses new ones
 * from 1.20 on. Trust roots come from the flags of Kyverno (`features.tuf`), whatever the trust policy says.
 */
export function renderClusterPolicies(name: string, trust: AdmissionTrustPolicy, timeoutSeconds: number): ClusterPolicies {
  return {
    objects: trust.policy.policies.map((policy) => clusterPolicy(name, policy, trust, timeoutSeconds)),
    previewOnly: [
      {
        policy: '*',
        requirement: 'unmatchedImages',
        what: 'images that no policy covers, and references that are spelt in an unusual way',
        why: 'a ClusterPolicy only speaks about images that it matches, by the raw text of the reference',
        fix: 'use the backend kyverno',
      },
    ],
  };
}

function clusterPolicy(name: string, policy: ImagePolicy, trust: AdmissionTrustPolicy, timeoutSeconds: number): KubernetesObject {
  const blocks = policy.mode === 'enforce';
  const entries = policy.authorities.flatMap((authority) => entriesOf(authority, trust));
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: {
      name: objectName(name, policy.name),
      labels: LABELS,
      annotations: {
        'policies.kyverno.io/description': `[unsigned] images of policy ${policy.name} must be signed; ${findingPage('unsigned')}`,
      },
    },
    spec: {
      background: false,
      webhookConfiguration: { failurePolicy: blocks ? 'Fail' : 'Ignore', timeoutSeconds },
      rules: [
        {
          name: 'unsigned', // the only words of ours that a denial shows
          match: { any: [{ resources: { kinds: ['Pod'], namespaceSelector: enforcedNamespaces } }] },
          imageExtractors: IMAGES,
          verifyImages: [
            {
              type: 'SigstoreBundle',
              imageReferences: policy.images.flatMap(wildcardsOf),
              failureAction: blocks ? 'Enforce' : 'Audit',
              mutateDigest: false,
              verifyDigest: true,
              required: blocks,
              useCache: false,
              // The signature by its type: any attestation by the same signer would do otherwise. Each entry names its attestors, because
              // without them every identity of the public Sigstore would.
              attestations: [{ type: COSIGN_SIGN, attestors: [{ count: policy.signatureThreshold, entries }] }],
            },
          ],
        },
      ],
    },
  };
}

/** Kyverno wants an address here; for bundles it asks nobody there. */
const REKOR = { url: 'https://rekor.sigstore.dev' } as const;

/** There `*` crosses slashes, so a policy may cover more than in the trust policy, never less. */
function wildcardsOf(glob: string): readonly string[] {
  const text = glob.replace(/\/\*\*(?=\/)/g, '*').replace(/\/\*\*$/, '');
  const inside = glob.endsWith('/**') ? [`${text}/*`] : [];
  return [...inside, `${text}:*`, `${text}@*`, text];
}

function entriesOf(authority: Authority, trust: AdmissionTrustPolicy): readonly object[] {
  if (authority.kind === 'key') {
    const publicKeys = authority.key.kind === 'kms' ? { kms: authority.key.reference } : { publicKeys: trust.keys.get(authority) };
    return [{ keys: { ...publicKeys, rekor: { ignoreTlog: authority.trustRoot === undefined }, ctlog: { ignoreSCT: true } } }];
  }
  return authority.identities.map(({ issuer, subject }) => {
    const pattern = subject.kind === 'pattern' ? toRe2(subject.source) : undefined;
    if (pattern?.ok === false) throw new Error(`a pattern passed the checks although ${pattern.reason}`);
    return {
      keyless: { issuer, ...(subject.kind === 'exact' ? { subject: subject.value } : { subjectRegExp: pattern?.re2 }), rekor: REKOR },
    };
  });
}

/** What a ClusterPolicy cannot hold as the preview does. */
export function clusterPolicyRefusals({ policy }: AdmissionTrustPolicy): readonly Refusal[] {
  const refuse = (path: string, found: string): Refusal => ({
    path,
    expected: 'what a ClusterPolicy can hold: signatures under one trust root',
    found,
    fix: 'use the backend kyverno',
  });
  return [
    ...policy.trustRoots.flatMap((root, index) =>
      Object.values(root.thresholds).some((count: number) => count !== 1)
        ? [refuse(`trustRoots[${index}].thresholds`, 'thresholds other than 1')]
        : [],
    ),
    ...(policy.trustRoots.length > 1 ? [refuse('trustRoots', `${policy.trustRoots.length} trust roots`)] : []),
    ...policy.policies.flatMap((item, index) => [
      ...(item.signatureThreshold === 0 ? [refuse(`policies[${index}].signatures.threshold`, '0')] : []),
      ...item.attestations.map(({ name, kind }, position) => refuse(`policies[${index}].attestations[${position}]`, `${kind} (${name})`)),
      ...(['freshness', 'continuity', 'rollback'] as const).flatMap((field) =>
        item[field] === undefined ? [] : [refuse(`policies[${index}].${field}`, field)],
      ),
    ]),
    ...(policy.exceptions ?? []).map(({ name }, index) => refuse(`exceptions[${index}]`, `the exception ${name}`)),
  ];
}
