import type { ImagePolicy, TrustPolicy } from '../../../verification/trust-policy';
import { summaryGaps } from '../callers';
import { lifecycleGaps } from '../policyGaps';
import type { PolicyGap } from '../policyGaps';
import type { ClusterPolicyOptions } from './options';
import { isWidened } from './podImages';
import { USE_KYVERNO } from './refusals';
import { clusterPolicyGaps, unheld } from './requirements';

/** What ClusterPolicies look at less or more strictly than the preview. */
export function clusterPolicyDifferences(
  { policies }: TrustPolicy,
  options: ClusterPolicyOptions,
): { readonly previewOnly: readonly PolicyGap[]; readonly stricter: readonly PolicyGap[] } {
  const bundles = options.signatureFormat === 'bundle';
  const told = policies.map((policy) => ({
    policy,
    requirements: policy.attestations
      .filter((entry) => unheld(entry, policy) === undefined)
      .map((entry) => ({ entry, ...clusterPolicyGaps(entry) })),
  }));
  return {
    previewOnly: told.flatMap(({ policy, requirements }) => [
      ...(bundles && hasCertificates(policy) ? [certificateLog(policy)] : []),
      // The gate looked at the rest when it signed its summary.
      ...(options.summary === undefined
        ? [
            ...lifecycleGaps(policy),
            ...requirements.flatMap(({ entry, previewOnly }) =>
              previewOnly.map((gap) => ({ policy: policy.name, requirement: entry.name, ...gap })),
            ),
          ]
        : summaryGaps(policy, options.summary)),
    ]),
    stricter: [
      { policy: '*', requirement: 'images', ...SPELLING },
      ...told.flatMap(({ policy, requirements }) => [
        ...(bundles
          ? [{ policy: policy.name, requirement: 'signatures', ...REFERRERS }, otherLayout(policy)]
          : [otherLayout(policy, 'bundles')]),
        ...(!bundles && policy.mode === 'warn' && policies.some(({ mode }) => mode === 'enforce') ? [unreachable(policy)] : []),
        ...policy.images.filter(isWidened).map((glob) => widened(policy, glob)),
        ...requirements.flatMap(({ entry, stricter }) => stricter.map((gap) => ({ policy: policy.name, requirement: entry.name, ...gap }))),
      ]),
    ],
  };
}

const hasCertificates = ({ authorities }: ImagePolicy): boolean => authorities.some(({ kind }) => kind === 'keyless');

function certificateLog({ name }: ImagePolicy): PolicyGap {
  return {
    policy: name,
    requirement: 'signatures',
    what: 'whether the certificate stands in a certificate transparency log (SCT)',
    why: 'for bundles, a ClusterPolicy looks at the log of signatures and the time, and not at that of certificates',
    fix: USE_KYVERNO,
  };
}

const SPELLING = {
  what: 'references that are not written in full: short names, upper case, a port that is the default, index.docker.io',
  why: 'a ClusterPolicy finds its images by the text of the reference',
  fix: 'write REGISTRY/REPOSITORY@sha256:... as the trust policy does',
} as const;

const REFERRERS = {
  what: 'images with more than 50 referrers, a bundle of more than 10 MB, or one that cannot be read',
  why: 'Kyverno then gives up on the image, whoever attached them',
  fix: `${USE_KYVERNO}; or remove what was attached`,
} as const;

const unreachable = ({ name }: ImagePolicy): PolicyGap => ({
  policy: name,
  requirement: 'mode',
  what: 'images whose registry cannot be reached, although the policy only warns',
  why: 'policies that warn share the webhook of those that enforce, and there an error of the network denies',
  fix: USE_KYVERNO,
});

const otherLayout = ({ name }: ImagePolicy, what = 'signatures in the layout of cosign before version 3 (.sig)'): PolicyGap => ({
  policy: name,
  requirement: 'signatures',
  what,
  why: 'a ClusterPolicy reads one of the two, and signatureFormat says which',
  fix: 'sign all images in one format',
});

const widened = ({ name }: ImagePolicy, glob: string): PolicyGap => ({
  policy: name,
  requirement: 'images',
  what: `images that look like ${glob} with more path segments in it`,
  why: 'in a ClusterPolicy * crosses slashes, so that the policy holds for them too',
  fix: `name the repositories in full; or ${USE_KYVERNO}`,
});
