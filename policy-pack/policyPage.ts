/** Documentation of a policy, for its metadata. */
export const policyPage = (policy: string): string => `https://unpkg.com/pulumi-model-supply-chain/docs/policies.md#${policy}`;
