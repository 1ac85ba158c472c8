import type { KnownDifference } from './differences';

const GIVES_UP =
  'Kyverno gives up on an image with a bundle that it cannot read, one of more than 10 MB, or more than 50 of them, whoever attached them; ModelAdmission tells it in `stricter`.';
const OLD_LAYOUT =
  'A ClusterPolicy reads bundles or the old layout, and `signatureFormat` says which; ModelAdmission tells it in `stricter`.';

/** Every disagreement of preview and ClusterPolicies, in the order of the cases. */
export const CLUSTER_POLICY_DIFFERENCES: readonly KnownDifference[] = [
  { policy: 'keyless', artifact: 'signed, and garbage beside it', cluster: 'denies', why: GIVES_UP },
  { policy: 'keyless', artifact: 'signed, behind sixty bundles of strangers', cluster: 'denies', why: GIVES_UP },
  { policy: 'keyless', artifact: 'signed, and a bundle of 11 MB beside it', cluster: 'denies', why: GIVES_UP },
  { policy: 'keyless', artifact: 'signed in the old layout', cluster: 'denies', why: OLD_LAYOUT },
  { policy: 'keyless', artifact: 'signed in the old layout, foreign bundle beside it', cluster: 'denies', why: OLD_LAYOUT },
];
