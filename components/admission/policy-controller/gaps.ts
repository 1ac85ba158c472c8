import type { ImagePolicy, TrustPolicy } from '../../../verification/trust-policy';
import type { PolicyGap } from '../policyGaps';

const USE_KYVERNO = 'or use the backend kyverno';

/** What policy-controller admits although the preview denies it. */
export const controllerPreviewOnly: readonly PolicyGap[] = [
  {
    policy: '*',
    requirement: 'digests',
    what: 'tags on containers',
    why: 'policy-controller writes the digest behind a tag before anybody else looks, and verifies that',
    fix: 'none is needed: what was verified is what runs',
  },
];

/** What is denied in the cluster although the preview accepts it. */
export function controllerStricter(policy: TrustPolicy): readonly PolicyGap[] {
  return [
    ...policy.policies.flatMap(layoutGaps),
    {
      policy: '*',
      requirement: 'images',
      what: 'image volumes of images that a policy covers',
      why: 'policy-controller looks into containers only',
      fix: `let an init container copy the model, ${USE_KYVERNO}`,
    },
    {
      policy: '*',
      requirement: 'images',
      what: 'registries in upper case or with their default port (GHCR.io, ghcr.io:443)',
      why: 'policy-controller compares registries letter by letter',
      fix: 'write the host in lower case and without its default port',
    },
    ...(policy.unmatchedImages === 'deny'
      ? []
      : [
          {
            policy: '*',
            requirement: 'unmatchedImages',
            what: 'images that no policy covers, unless policy-controller is told otherwise',
            why: 'it refuses them by default, in every namespace that it is asked about',
            fix: 'set no-match-policy: allow in its ConfigMap config-policy-controller; ModelAdmission judges them by unmatchedImages',
          },
        ]),
  ];
}

/** policy-controller reads one layout for each kind of signer. */
function layoutGaps({ name, authorities }: ImagePolicy): readonly PolicyGap[] {
  const gap = (what: string, why: string, fix: string): PolicyGap => ({ policy: name, requirement: 'signatures', what, why, fix });
  return [
    ...(authorities.some(({ kind }) => kind === 'keyless')
      ? [
          gap(
            'keyless signatures in the layout of cosign before version 3 (.sig), and such with a time by a timestamp authority alone (Rekor v2)',
            'policy-controller 0.15 reads one layout and one kind of time for each signer',
            `sign with cosign 3 and a Rekor v1 log, ${USE_KYVERNO}`,
          ),
        ]
      : []),
    ...(authorities.some(({ kind }) => kind === 'key')
      ? [
          gap(
            'signatures with a key in bundles, as cosign 3 writes them by default',
            'policy-controller 0.15 reads bundles for identities only',
            `sign with cosign sign --key KEY --new-bundle-format=false --use-signing-config=false (and --tlog-upload=false without a log), ${USE_KYVERNO}`,
          ),
        ]
      : []),
  ];
}
