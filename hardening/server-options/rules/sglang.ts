import type { OptionRule } from '../optionRule';
import { CONFIG_FILE } from './vllm';

const PLUGIN = {
  danger: { when: 'present' },
  severity: 'advise',
  reason: 'loads Python by name or path; below a volume that is code that nobody verified',
  fix: 'build it into the server image, and name it there',
} as const;

/** https://docs.sglang.ai/advanced_features/server_arguments.html; it shares --load-format, --tool-server and others with vLLM. */
export const SGLANG: readonly OptionRule[] = [
  CONFIG_FILE,
  {
    flags: ['--enable-custom-logit-processor'],
    abbreviatedFrom: '--enable-cu',
    danger: { when: 'on' },
    severity: 'block',
    reason: 'runs pickled code that callers send with a request',
    fix: 'remove it',
  },
  { flags: ['--custom-weight-loader'], abbreviatedFrom: '--custom-w', ...PLUGIN },
  { flags: ['--forward-hooks'], abbreviatedFrom: '--forward', ...PLUGIN },
  { variables: ['SGLANG_EXTERNAL_MODEL_PACKAGE', 'SGLANG_EXTERNAL_MM_PROCESSOR_PACKAGE'], ...PLUGIN },
  {
    flags: ['--log-requests'],
    ambiguous: true,
    danger: { when: 'on' },
    severity: 'advise',
    reason: 'writes prompts and answers of users into the log',
    fix: 'remove it',
  },
  {
    flags: ['--remote-instance-weight-loader-seed-instance-ip'],
    abbreviatedFrom: '--remote-instance-weight-loader-seed-instance-i',
    danger: { when: 'present' },
    severity: 'block',
    reason: 'takes weights from another running server; nobody verified those',
    fix: 'remove it, and mount the model by digest',
  },
];
