import type { OptionRule } from '../optionRule';

const HUB_FIX = 'set it to "1", and mount the model by digest';

/** Directories that belong to the image; code elsewhere comes from a volume, which nobody verified. */
const IMAGE_DIRECTORIES = ['/usr/', '/lib/', '/lib64/', '/opt/', '/app', '/workspace', '/home/', '/root/', '/srv/'];

/** Whether a list of paths leads outside the image. An empty step is the working directory. */
const leadsOutside =
  (separator: RegExp) =>
  (value: string): boolean =>
    value !== '' && value.split(separator).some((path) => path.includes('..') || !IMAGE_DIRECTORIES.some((home) => path.startsWith(home)));

const hubSwitch = (variable: string): OptionRule => ({
  variables: [variable],
  danger: { when: 'off' },
  severity: 'block',
  reason: 'lets the server download models and code from a hub at run time; nobody verified those',
  fix: HUB_FIX,
});

const allDevices = (variable: string): OptionRule => ({
  variables: [variable],
  danger: { when: 'value', is: (value) => !['', 'void', 'none'].includes(value.toLowerCase()) },
  severity: 'block',
  reason: 'takes accelerators past the device plugin, also those of other pods',
  fix: 'remove it, and ask for accelerators in resources.limits',
});

const secretIn = (names: { readonly flags?: readonly string[]; readonly variables?: readonly string[] }): OptionRule => ({
  ...names,
  credential: true,
  danger: { when: 'present' },
  severity: 'advise',
  reason: 'a credential written into the pod is readable for everybody who may read pods or the state of the stack',
  fix: 'take it from a Secret: env[].valueFrom.secretKeyRef',
});

const MORE_CODE = {
  severity: 'advise',
  reason: 'makes an interpreter run further code when it starts',
  fix: 'remove it, and build what the server needs into its image',
} as const;

/** The switch that most model servers share; it shows by itself that a model is served. */
export const TRUST_REMOTE_CODE: OptionRule = {
  flags: ['--trust-remote-code'],
  abbreviatedFrom: '--trust',
  variables: ['TRUST_REMOTE_CODE', 'HF_DATASETS_TRUST_REMOTE_CODE', 'VLLM_TRUST_REMOTE_CODE', 'SGLANG_TRUST_REMOTE_CODE'],
  danger: { when: 'on' },
  severity: 'block',
  reason: 'runs Python that the model brings along, with the rights of the server',
  fix: 'remove it, and put the code that the model needs into the server image',
};

/** Options that mean the same to every server: hub libraries, PyTorch, loaders, interpreters and container runtimes read them. */
export const ANY_SERVER: readonly OptionRule[] = [
  TRUST_REMOTE_CODE,
  hubSwitch('HF_HUB_OFFLINE'),
  hubSwitch('TRANSFORMERS_OFFLINE'),
  hubSwitch('HF_DATASETS_OFFLINE'),
  {
    variables: ['VLLM_USE_MODELSCOPE', 'SGLANG_USE_MODELSCOPE', 'USE_MODELSCOPE_HUB'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'downloads models from a hub at run time; nobody verified those',
    fix: 'remove it, and mount the model by digest',
  },
  {
    variables: ['HF_ENDPOINT'],
    danger: { when: 'present' },
    severity: 'advise',
    reason: 'another hub serves models and code at run time',
    fix: 'remove it; a server that is offline needs no hub',
  },
  {
    variables: ['TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'lets PyTorch unpickle weights, which runs code from the model file',
    fix: 'remove it, and serve safetensors',
  },
  allDevices('NVIDIA_VISIBLE_DEVICES'),
  allDevices('AMD_VISIBLE_DEVICES'),
  allDevices('HABANA_VISIBLE_DEVICES'),
  {
    variables: ['NVIDIA_DRIVER_CAPABILITIES'],
    danger: { when: 'value', is: (value) => /(?:^|,)\s*(?:all|display|graphics)\b/i.test(value) },
    severity: 'advise',
    reason: 'mounts driver parts into the container that serving does not need',
    fix: 'write "compute,utility"',
  },
  {
    variables: ['LD_PRELOAD', 'LD_AUDIT'],
    danger: { when: 'value', is: leadsOutside(/[:\s]+/) },
    severity: 'block',
    reason: 'loads native code from outside the image into every process',
    fix: 'remove it, or name a library inside the image by its full path below /usr or /opt',
  },
  {
    variables: ['PYTHONPATH', 'LD_LIBRARY_PATH', 'PYTHONHOME'],
    danger: { when: 'value', is: leadsOutside(/:/) },
    severity: 'block',
    reason: 'code from outside the image, such as a model directory, is loaded in place of the image’s own',
    fix: 'remove it, or name directories inside the image only',
  },
  { variables: ['PYTHONSTARTUP', 'PYTHONBREAKPOINT', 'BASH_ENV', 'GCONV_PATH', 'PERL5OPT'], danger: { when: 'present' }, ...MORE_CODE },
  {
    variables: ['NODE_OPTIONS', 'JAVA_TOOL_OPTIONS'],
    danger: { when: 'value', is: (value) => /(?:^|\s)(?:--require|--import|--loader|-r\b|-javaagent|-agent(?:lib|path))/.test(value) },
    ...MORE_CODE,
  },
  {
    variables: ['PYTHONHTTPSVERIFY'],
    danger: { when: 'off' },
    severity: 'block',
    reason: 'switches the verification of TLS certificates off',
    fix: 'remove it, and mount the certificate authority that the server has to trust',
  },
  {
    flags: ['--dashboard-host'],
    danger: { when: 'value', is: (value) => !/^(?:127\.|localhost$|::1$)/.test(value) },
    severity: 'block',
    reason: 'the Ray dashboard runs the jobs of everybody who reaches it, without a password',
    fix: 'remove it; the dashboard then listens on 127.0.0.1 only',
  },
  secretIn({ variables: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'NGC_API_KEY', 'VLLM_API_KEY', 'LLAMA_API_KEY', 'MODELSCOPE_API_TOKEN'] }),
  secretIn({ variables: ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'WANDB_API_KEY'] }),
  secretIn({ flags: ['--api-key', '--admin-api-key', '--hf-token', '-hft'] }),
];
