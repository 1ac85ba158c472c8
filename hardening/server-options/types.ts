/** Model servers whose options we know; `custom` is any other program. */
export type ModelServerKind = 'vllm' | 'triton' | 'nim' | 'tgi' | 'sglang' | 'llamaCpp' | 'custom';

/** How a container starts its server. A value that is `undefined` exists and is not known here: computed, or from a Secret or ConfigMap. */
export interface ServerInvocation {
  /** Reference of the image; only used to recognise the server. */
  readonly image?: string | undefined;
  readonly command?: readonly (string | undefined)[];
  readonly args?: readonly (string | undefined)[];
  readonly env?: readonly { readonly name: string; readonly value?: string | undefined }[];
}

/** One option that opens a hole. */
export interface DangerousOption {
  /** Its usual name: `--trust-remote-code`, `VLLM_SERVER_DEV_MODE`. Never a value: that may be a secret. */
  readonly option: string;
  readonly where: 'command' | 'args' | 'env';
  /** Position in `command`, `args` or `env` of the invocation. */
  readonly index: number;
  /** `block`: a hole. `advise`: a hole under conditions that cannot be seen here, or a bad habit. */
  readonly severity: 'block' | 'advise';
  /** `unknown`: the option is there, and whether its value opens the hole cannot be known here. */
  readonly certainty: 'certain' | 'unknown';
  /** What goes wrong with it. */
  readonly reason: string;
  /** What to do instead. */
  readonly fix: string;
}
