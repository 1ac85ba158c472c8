import type { OptionRule } from '../optionRule';

/** Formats that unpickle; `auto` takes one of them where it finds no safetensors, which the control `safe-load-format` looks at. */
export const PICKLE_LOAD_FORMATS: ReadonlySet<string> = new Set(['pt', 'npcache']);

const PLUGIN = {
  danger: { when: 'present' },
  severity: 'advise',
  reason: 'loads Python by name or path; below a volume that is code that nobody verified',
  fix: 'build the plugin into the server image, and name it there',
} as const;

const EMBEDS = {
  danger: { when: 'on' },
  severity: 'block',
  reason: 'callers send serialised tensors, which have crashed the engine and worse',
  fix: 'remove it; callers send text and media',
} as const;

/** vLLM and SGLang read further options from a file. */
export const CONFIG_FILE: OptionRule = {
  flags: ['--config'],
  ambiguous: true,
  danger: { when: 'present' },
  certainty: 'unknown',
  severity: 'advise',
  reason: 'its options are in a file that nobody sees in the stack',
  fix: 'write the options into args',
};

/** https://docs.vllm.ai/en/latest/usage/security.html and vllm/entrypoints/openai/cli_args.py */
export const VLLM: readonly OptionRule[] = [
  CONFIG_FILE,
  {
    variables: ['VLLM_SERVER_DEV_MODE'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'opens endpoints for development, among them /collective_rpc, which calls any method of the engine without a password',
    fix: 'remove it',
  },
  {
    variables: ['VLLM_ALLOW_INSECURE_SERIALIZATION'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'lets messages between processes carry pickled code',
    fix: 'remove it',
  },
  {
    variables: ['VLLM_ALLOW_RUNTIME_LORA_UPDATING'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'lets callers load adapters that nobody verified',
    fix: 'remove it, and name adapters with --lora-modules at the start',
  },
  {
    variables: ['VLLM_LORA_RESOLVER_HF_REPO_LIST'],
    danger: { when: 'present' },
    severity: 'block',
    reason: 'loads adapters from a hub when a caller names one',
    fix: 'remove it, and mount adapters by digest',
  },
  {
    flags: ['--load-format'],
    abbreviatedFrom: '--load',
    variables: ['SGLANG_LOAD_FORMAT'],
    danger: { when: 'value', is: (value) => PICKLE_LOAD_FORMATS.has(value.toLowerCase()) },
    severity: 'block',
    reason: 'this format unpickles weights, which runs code from the model file',
    fix: 'write --load-format safetensors',
  },
  {
    flags: ['--tool-server'],
    abbreviatedFrom: '--tool-s',
    danger: { when: 'value', is: (value) => /(?:^|,)\s*demo\b/i.test(value) },
    severity: 'block',
    reason: 'runs code that the model writes, without network isolation',
    fix: 'remove it',
  },
  {
    variables: ['VLLM_GPT_OSS_SYSTEM_TOOL_MCP_LABELS'],
    danger: { when: 'value', is: (value) => /\b(?:code_interpreter|container)\b/.test(value) },
    severity: 'block',
    reason: 'runs code that the model writes',
    fix: 'remove code_interpreter and container from the list',
  },
  {
    flags: ['--profiler-config'],
    abbreviatedFrom: '--profiler',
    variables: ['VLLM_TORCH_PROFILER_DIR', 'VLLM_TORCH_CUDA_PROFILE', 'SGLANG_TORCH_PROFILER_DIR'],
    danger: { when: 'present' },
    severity: 'block',
    reason: 'opens /start_profile to every caller, without a password: it slows the server down and fills its disk',
    fix: 'remove it',
  },
  {
    flags: ['--enable-tokenizer-info-endpoint'],
    abbreviatedFrom: '--enable-tok',
    danger: { when: 'on' },
    severity: 'block',
    reason: 'shows chat templates and tokenizer settings to every caller',
    fix: 'remove it',
  },
  {
    flags: ['--trust-request-chat-template'],
    abbreviatedFrom: '--trust-req',
    danger: { when: 'on' },
    severity: 'block',
    reason: 'runs templates that callers send',
    fix: 'remove it, and name the template with --chat-template',
  },
  { flags: ['--enable-prompt-embeds'], abbreviatedFrom: '--enable-prompt-e', ...EMBEDS },
  { flags: ['--enable-mm-embeds'], abbreviatedFrom: '--enable-mm', ...EMBEDS },
  {
    flags: ['--allowed-local-media-path'],
    abbreviatedFrom: '--allowed-l',
    danger: { when: 'present' },
    severity: 'block',
    reason: 'lets callers read files of the container through file:// links',
    fix: 'remove it',
  },
  {
    variables: ['VLLM_MEDIA_URL_ALLOW_REDIRECTS'],
    danger: { when: 'on' },
    severity: 'advise',
    reason: 'a link to an allowed domain can lead the server to an address inside the cluster',
    fix: 'set it to "0"',
  },
  { flags: ['--middleware'], abbreviatedFrom: '--middle', ambiguous: true, ...PLUGIN },
  { flags: ['--tool-parser-plugin'], abbreviatedFrom: '--tool-parser-p', ...PLUGIN },
  { flags: ['--reasoning-parser-plugin'], abbreviatedFrom: '--reasoning-parser-p', ...PLUGIN },
  { flags: ['--logits-processors'], abbreviatedFrom: '--logits-p', ...PLUGIN },
  { flags: ['--worker-cls'], ambiguous: true, ...PLUGIN },
  { flags: ['--worker-extension-cls'], abbreviatedFrom: '--worker-e', ...PLUGIN },
  { flags: ['--scheduler-cls'], ambiguous: true, ...PLUGIN },
  { variables: ['VLLM_LOGGING_CONFIG_PATH'], ...PLUGIN },
  {
    flags: ['--enable-log-requests', '--enable-log-outputs'],
    danger: { when: 'on' },
    severity: 'advise',
    reason: 'writes prompts and answers of users into the log',
    fix: 'remove it',
  },
  {
    flags: ['--tokens-only', '--enable-elastic-ep'],
    danger: { when: 'on' },
    severity: 'advise',
    reason: 'opens control endpoints that --api-key does not protect (/abort_requests, /scale_elastic_ep)',
    fix: 'remove it, or let only the router reach the server',
  },
  {
    flags: ['--weight-transfer-config'],
    danger: { when: 'present' },
    severity: 'block',
    reason: 'lets callers replace the weights of a running server (/update_weights), which --api-key does not protect',
    fix: 'remove it; a server in production has the weights that were verified',
  },
];
