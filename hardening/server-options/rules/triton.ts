import type { OptionRule } from '../optionRule';

const isFalse = (value: string): boolean => ['0', 'false', 'off', 'no'].includes(value.toLowerCase());

const cloudApi = (flag: string, abbreviatedFrom: string): OptionRule => ({
  flags: [flag],
  abbreviatedFrom,
  danger: { when: 'value', is: (value) => !isFalse(value) },
  severity: 'block',
  reason: 'opens a second API beside the one that is protected',
  fix: `write ${flag}=false`,
});

const looksReady = (flag: string, abbreviatedFrom: string): OptionRule => ({
  flags: [flag],
  abbreviatedFrom,
  danger: { when: 'value', is: isFalse },
  severity: 'advise',
  reason: 'the server looks ready although models failed to load',
  fix: `write ${flag}=true`,
});

const NATIVE_CODE = {
  danger: { when: 'present' },
  severity: 'advise',
  reason: 'loads native code from that directory; below a volume that is code that nobody verified',
  fix: 'build it into the server image',
} as const;

/** https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/customization_guide/deploy.html */
export const TRITON: readonly OptionRule[] = [
  {
    flags: ['--model-control-mode'],
    abbreviatedFrom: '--model-cont',
    danger: { when: 'value', is: (value) => value.toLowerCase() !== 'none' },
    severity: 'block',
    reason: 'lets callers, or whoever writes to the model repository, load models at run time; a model of the Python backend is code',
    fix: 'write --model-control-mode=none',
  },
  cloudApi('--allow-sagemaker', '--allow-s'),
  cloudApi('--allow-vertex-ai', '--allow-v'),
  looksReady('--exit-on-error', '--exit-on'),
  looksReady('--strict-readiness', '--strict-r'),
  { flags: ['--backend-directory'], abbreviatedFrom: '--backend-d', ...NATIVE_CODE },
  { flags: ['--repoagent-directory'], abbreviatedFrom: '--repoagent', ...NATIVE_CODE },
];
