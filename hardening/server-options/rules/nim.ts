import type { OptionRule } from '../optionRule';

/** https://docs.nvidia.com/nim/large-language-models/latest/reference/environment-variables.html; flags in NIM_PASSTHROUGH_ARGS are those of vLLM. */
export const NIM: readonly OptionRule[] = [
  {
    variables: ['NIM_FORCE_TRUST_REMOTE_CODE', 'NIM_TRUST_CUSTOM_CODE'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'runs Python that the model or a mounted directory brings along',
    fix: 'remove it, and put the code into the server image',
  },
  {
    variables: ['NIM_MODEL_PATH', 'NIM_MODEL_NAME', 'NIM_DRAFT_MODEL_PATH', 'NIM_FT_MODEL'],
    danger: { when: 'value', is: (value) => /^[a-z][a-z0-9+.-]*:\/\//i.test(value) },
    severity: 'block',
    reason: 'downloads the model at run time; nobody verified it',
    fix: 'mount the model by digest, and name its directory',
  },
  {
    variables: ['NIM_REPOSITORY_OVERRIDE'],
    danger: { when: 'present' },
    severity: 'block',
    reason: 'downloads models from another place at run time',
    fix: 'remove it, and mount the model by digest',
  },
  {
    variables: ['NIM_PEFT_REFRESH_INTERVAL'],
    danger: { when: 'on' },
    severity: 'advise',
    reason: 'loads adapters that appear in a directory while the server runs',
    fix: 'remove it, and mount the adapters read-only before the server starts',
  },
  {
    variables: ['NIM_MIDDLEWARE_CONFIG_PATH', 'NIM_CUSTOM_GUIDED_DECODING_BACKENDS', 'NIM_NGINX_DIR'],
    danger: { when: 'present' },
    severity: 'advise',
    reason: 'loads code or server configuration from that place; below a volume nobody verified it',
    fix: 'build it into the server image',
  },
];
