/** Who runs the pods. */
export const ServingRuntime = {
  /** A Deployment of our own. */
  Deployment: 'deployment',
  /** KServe (v0.20 or later), from the same pod. */
  Kserve: 'kserve',
} as const;
export type ServingRuntime = (typeof ServingRuntime)[keyof typeof ServingRuntime];

/** Which of its kinds KServe is given. */
export const KserveKind = {
  /** `InferenceService` in the mode Standard, for every server. */
  InferenceService: 'InferenceService',
  /** `LLMInferenceService`, for vLLM on port 8000. KServe merges its own template under the pod; docs/kserve.md says what that adds. */
  LlmInferenceService: 'LLMInferenceService',
} as const;
export type KserveKind = (typeof KserveKind)[keyof typeof KserveKind];
