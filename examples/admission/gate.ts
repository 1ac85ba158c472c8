/** Whose word the cluster takes for what it cannot see; the same in every summary and in ModelAdmission. */
export const VERIFIER_ID = 'https://acme.example/model-gate';
export const TRUST_POLICY = 'trust-policy.yaml';
