import type { KnownDifference } from './differences';

const GIVES_UP =
  'Kyverno gives up on an image with a bundle that it cannot read, one of more than 10 MB, or more than 50 of them, whoever attached them; ModelAdmission tells it in `stricter`.';
const OLD_LAYOUT =
  'A ClusterPolicy reads bundles or the old layout, and `signatureFormat` says which; ModelAdmission tells it in `stricter`.';

const denies = (policy: string, artifact: string, why: string): KnownDifference => ({
  pair: 'preview and API server',
  policy,
  artifact,
  second: 'denies',
  why,
});

/** Every disagreement of preview and ClusterPolicies, in the order of the cases. */
export const CLUSTER_POLICY_DIFFERENCES: readonly KnownDifference[] = [
  denies('keyless', 'signed, and garbage beside it', GIVES_UP),
  denies('keyless', 'signed, behind sixty bundles of strangers', GIVES_UP),
  denies('keyless', 'signed, and a bundle of 11 MB beside it', GIVES_UP),
  denies('keyless', 'signed in the old layout', OLD_LAYOUT),
  denies('keyless', 'signed in the old layout, foreign bundle beside it', OLD_LAYOUT),
];
