/**
 * Label of the namespaces in which admission enforces the trust policy. ModelNamespace sets it, and ModelAdmission selects by it: a namespace
 * without the label is none for models.
 */
export const ENFORCEMENT_LABEL = 'pulumi-model-supply-chain/enforce';

/** Value of the enforcement label that turns enforcement on. */
export const ENFORCEMENT_ON = 'true';

/** Label of the namespaces that Sigstore policy-controller is asked about, by its own webhooks. */
export const POLICY_CONTROLLER_LABEL = 'policy.sigstore.dev/include';

/** Labels of every object of a namespace component. */
export const LABELS = {
  'app.kubernetes.io/part-of': 'pulumi-model-supply-chain',
  'app.kubernetes.io/managed-by': 'pulumi',
} as const;
