/** Model servers that ModelServing knows how to start safely. */
export const ModelServer = {
  /** vLLM 0.18 or later (`vllm/vllm-openai`). */
  Vllm: 'vllm',
  /** NVIDIA Triton Inference Server. */
  Triton: 'triton',
  /** NVIDIA NIM for large language models. */
  Nim: 'nim',
  /**
   * Hugging Face Text Generation Inference, for what still runs on it: in maintenance mode. Its images since 3.1 keep Python in /root and
   * cannot run as another user: use 3.0, or an image that you build.
   */
  Tgi: 'tgi',
  /** SGLang. */
  Sglang: 'sglang',
  /** llama-server of llama.cpp. */
  LlamaCpp: 'llamaCpp',
  /** Any other server: what it needs is said by the arguments. */
  Custom: 'custom',
} as const;
export type ModelServer = (typeof ModelServer)[keyof typeof ModelServer];
