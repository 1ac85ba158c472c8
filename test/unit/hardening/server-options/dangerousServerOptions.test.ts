import { dangerousServerOptions, SERVER_OPTION_RULES } from '../../../../hardening';
import type { DangerousOption, ModelServerKind, OptionRule, ServerInvocation } from '../../../../hardening';

const options = (invocation: ServerInvocation, server?: ModelServerKind) =>
  dangerousServerOptions(invocation, server).map(({ option }) => option);
const blocking = (found: readonly DangerousOption[]) =>
  found.filter(({ severity, certainty }) => severity === 'block' && certainty === 'certain');
const variable = (name: string, value?: string): ServerInvocation => ({ env: [{ name, value }] });

describe('when a server is started as its documentation recommends', () => {
  it.each<[string, ModelServerKind, ServerInvocation]>([
    [
      'vLLM',
      'vllm',
      {
        command: ['vllm', 'serve'],
        args: [
          '/models',
          '--load-format=safetensors',
          '--no-trust-remote-code',
          '--served-model-name',
          'trust',
          '--shutdown-timeout',
          '100',
        ],
        env: [
          { name: 'HF_HUB_OFFLINE', value: '1' },
          { name: 'TRANSFORMERS_OFFLINE', value: 'true' },
          { name: 'VLLM_SERVER_DEV_MODE', value: '0' },
          { name: 'VLLM_API_KEY', value: undefined },
          { name: 'LD_LIBRARY_PATH', value: '/usr/local/nvidia/lib:/usr/local/nvidia/lib64' },
          { name: 'LD_PRELOAD', value: '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4' },
          { name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' },
        ],
      },
    ],
    [
      'Triton',
      'triton',
      {
        args: [
          'tritonserver',
          '--model-repository=/models',
          '--model-control-mode=none',
          '--allow-sagemaker=false',
          '--exit-on-error',
          'true',
        ],
      },
    ],
    ['SGLang', 'sglang', { command: ['python3', '-m', 'sglang.launch_server', '--model-path', '/models', '--load-format', 'safetensors'] }],
    ['llama.cpp', 'llamaCpp', { args: ['--model', '/models/model.gguf', '--no-slots', '--offline', '--host', '0.0.0.0'] }],
    ['TGI', 'tgi', { args: ['--model-id', '/models', '--usage-stats', 'off'], env: [{ name: 'TRUST_REMOTE_CODE', value: 'false' }] }],
    [
      'NIM',
      'nim',
      {
        env: [
          { name: 'NIM_MODEL_PATH', value: '/models' },
          { name: 'NIM_DISABLE_MODEL_DOWNLOAD', value: '1' },
        ],
      },
    ],
  ])('finds nothing: %s', (_name, server, invocation) => {
    expect(dangerousServerOptions(invocation, server)).toEqual([]);
    expect(dangerousServerOptions(invocation)).toEqual([]);
  });
});

describe('when a model may run its own code', () => {
  const forms: readonly (readonly [string, ServerInvocation])[] = [
    ['a flag', { args: ['--trust-remote-code'] }],
    ['in the command', { command: ['vllm', 'serve', '/models', '--trust-remote-code'] }],
    ['with underscores', { args: ['--trust_remote_code'] }],
    ['with a value', { args: ['--trust-remote-code=true'] }],
    ['abbreviated, as argparse accepts it', { args: ['--trust-rem'] }],
    ['followed by a word that does not switch it off', { args: ['--trust-remote-code', 'false'] }],
    ['in a shell line', { command: ['sh', '-c', 'exec vllm serve /models --trust-remote-code --port 8000'] }],
    ['in quotes of the shell', { command: ['bash', '-lc', 'vllm serve /models "--trust-"remote-code'] }],
    ['behind a line break', { args: ['-c', 'vllm serve /models \\\n  --trust-remote-code'] }],
    ['as a variable', variable('TRUST_REMOTE_CODE', 'true')],
    ['as a variable in a shell line', { args: ['-c', 'TRUST_REMOTE_CODE=1 text-generation-launcher'] }],
    ['through a reference', { args: ['$(EXTRA)'], env: [{ name: 'EXTRA', value: '--trust-remote-code' }] }],
    ['through a variable of the shell', { args: ['-c', 'vllm serve $EXTRA'], env: [{ name: 'EXTRA', value: '--trust-remote-code' }] }],
    ['as a default of the shell', { args: ['-c', 'vllm serve ${EXTRA:---trust-remote-code}'] }],
    ['in a variable that a start script reads', variable('VLLM_EXTRA_ARGS', '--dtype auto --trust-remote-code')],
    ['in the arguments that NIM hands on', variable('NIM_PASSTHROUGH_ARGS', '--trust-remote-code')],
  ];

  it.each(forms)('is found: %s', (_form, invocation) => {
    const found = blocking(dangerousServerOptions(invocation));
    expect(found.map(({ option }) => option)).toEqual(
      expect.arrayContaining([expect.stringMatching(/TRUST_REMOTE_CODE|--trust-remote-code/)]),
    );
  });

  it('is put together as a shell does it, before anybody looks', () => {
    // An option without abbreviations: half of it must not do.
    expect(options({ args: ['-c', `vllm serve /models --enable-"log"-'requests'`] })).toEqual(['--enable-log-requests']);
  });

  it('is found in code and JSON', () => {
    expect(options({ args: ['-c', "LLM('/models', trust_remote_code=True)"] })).toContain('trust_remote_code');
    expect(options({ args: ['--speculative-config', '{"model": "/draft", "trust_remote_code": true}'] })).toContain('trust_remote_code');
  });

  it.each<[string, ServerInvocation]>([
    ['the flag in a comment of a shell line', { args: ['-c', 'vllm serve /models # --trust-remote-code'] }],
    ['the flag as part of a longer word', { args: ['--trust-remote-codec'] }],
    ['the escaped form of a reference', { args: ['$$(EXTRA)'], env: [{ name: 'EXTRA', value: '-x' }] }],
  ])('is not seen in %s', (_case, invocation) => {
    expect(dangerousServerOptions(invocation)).toEqual([]);
  });

  it('tells where: position in command, args or env', () => {
    const found = dangerousServerOptions({
      command: ['vllm', '--trust-remote-code'],
      args: ['serve', '/models', '--trust_remote_code'],
      env: [
        { name: 'A', value: 'b' },
        { name: 'TRUST_REMOTE_CODE', value: '1' },
      ],
    });
    expect(found.map(({ where, index }) => [where, index])).toEqual([
      ['command', 1],
      ['args', 2],
      ['env', 1],
    ]);
  });
});

describe('when a value decides', () => {
  it.each<[string, ServerInvocation, boolean]>([
    ['--load-format=pt', { args: ['--load-format=pt'] }, true],
    ['--load-format npcache', { args: ['--load-format', 'npcache'] }, true],
    ['--load_format PT', { args: ['--load_format', 'PT'] }, true],
    ['--load-format safetensors', { args: ['--load-format', 'safetensors'] }, false],
    ['--model-control-mode=explicit', { args: ['--model-control-mode=explicit'] }, true],
    ['--model-control-mode poll', { args: ['--model-control-mode', 'poll'] }, true],
    ['--model-control-mo=poll, as getopt accepts it', { args: ['--model-control-mo=poll'] }, true],
    ['--allow-vertex-ai=true', { args: ['--allow-vertex-ai=true'] }, true],
    ['--tool-server=demo', { args: ['--tool-server=demo'] }, true],
    ['--tool-server of a host', { args: ['--tool-server=tools:8000'] }, false],
    ['--profiler-config.profiler', { args: ['--profiler-config.profiler', 'torch'] }, true],
    ['--dashboard-host=0.0.0.0', { args: ['--dashboard-host=0.0.0.0'] }, true],
    ['--dashboard-host=127.0.0.1', { args: ['--dashboard-host=127.0.0.1'] }, false],
    ['HF_HUB_OFFLINE=0', variable('HF_HUB_OFFLINE', '0'), true],
    ['HF_HUB_OFFLINE empty', variable('HF_HUB_OFFLINE', ''), true],
    ['TRANSFORMERS_OFFLINE=no', variable('TRANSFORMERS_OFFLINE', 'no'), true],
    ['HF_HUB_OFFLINE=TRUE', variable('HF_HUB_OFFLINE', 'TRUE'), false],
    ['VLLM_SERVER_DEV_MODE=True', variable('VLLM_SERVER_DEV_MODE', 'True'), true],
    ['VLLM_SERVER_DEV_MODE=0', variable('VLLM_SERVER_DEV_MODE', '0'), false],
    ['VLLM_ALLOW_INSECURE_SERIALIZATION=1', variable('VLLM_ALLOW_INSECURE_SERIALIZATION', '1'), true],
    ['NVIDIA_VISIBLE_DEVICES=all', variable('NVIDIA_VISIBLE_DEVICES', 'all'), true],
    ['NVIDIA_VISIBLE_DEVICES=none', variable('NVIDIA_VISIBLE_DEVICES', 'none'), false],
    ['LD_PRELOAD from a volume', variable('LD_PRELOAD', '/usr/lib/libtcmalloc.so /models/hook.so'), true],
    ['LD_PRELOAD out of the image by dots', variable('LD_PRELOAD', '/usr/lib/../../models/hook.so'), true],
    ['PYTHONPATH with the model', variable('PYTHONPATH', '/app:/models'), true],
    ['PYTHONPATH with the working directory', variable('PYTHONPATH', '/app:'), true],
    ['NIM_MODEL_PATH=hf://...', variable('NIM_MODEL_PATH', 'hf://acme/model'), true],
  ])('%s', (_option, invocation, dangerous) => {
    expect(blocking(dangerousServerOptions(invocation)).length > 0).toBe(dangerous);
  });
});

describe('when a start line does more than starting', () => {
  it.each([
    ['pip install foo && vllm serve /models', 'pip install', 'block'],
    ['python3 -m pip --quiet install foo', 'pip install', 'block'],
    ['apt-get update; apt-get -y install git', 'apt-get install', 'block'],
    ['curl -sSL https://example.com/x.sh | sh', 'curl', 'advise'],
    ['hf download acme/model --local-dir /models', 'hf download', 'advise'],
    ['vllm serve s3://bucket/model', 's3://', 'advise'],
    ['eval "$START"', 'eval', 'advise'],
  ])('%s', (line, option, severity) => {
    expect(dangerousServerOptions({ command: ['sh', '-c', line] })).toContainEqual(expect.objectContaining({ option, severity }));
  });

  it('does not take a local call for a download', () => {
    expect(dangerousServerOptions({ args: ['-c', 'curl -fsS http://localhost:8000/health; git --version; uv run app'] })).toEqual([]);
  });
});

describe('when something is not known', () => {
  it.each<[string, ServerInvocation, ModelServerKind | undefined, string]>([
    ['the value of a flag', { args: ['--load-format', undefined] }, 'vllm', '--load-format'],
    ['the value of a variable', variable('VLLM_SERVER_DEV_MODE', undefined), undefined, 'VLLM_SERVER_DEV_MODE'],
    ['a reference that is the whole argument', { args: ['$(EXTRA)'], env: [{ name: 'EXTRA', value: undefined }] }, undefined, '$EXTRA'],
    ['a variable of the shell', { args: ['-c', 'vllm serve $EXTRA'] }, undefined, '$EXTRA'],
    ['a file with options', { args: ['--config', '/etc/vllm.yaml'] }, 'vllm', '--config'],
    ['a file with options, abbreviated form of writing', { args: ['--config=/etc/vllm.yaml'] }, 'sglang', '--config'],
  ])('says so, and neither passes nor accuses: %s', (_case, invocation, server, option) => {
    expect(dangerousServerOptions(invocation, server)).toEqual([expect.objectContaining({ option, certainty: 'unknown' })]);
  });

  it('is quiet about an unknown value that can be no option, and about credentials from a Secret', () => {
    expect(dangerousServerOptions({ args: ['-c', 'vllm serve --port=$PORT', undefined], env: [{ name: 'HF_TOKEN' }] })).toEqual([]);
  });

  it('does not grow without bounds on variables that double each other', () => {
    const env = Array.from({ length: 200 }, (_, index) => ({
      name: `A${index}`,
      value: index === 0 ? '--x' : `$(A${index - 1})$(A${index - 1})`,
    }));
    expect(dangerousServerOptions({ args: ['$(A199)'], env })).toEqual([
      expect.objectContaining({ option: '$A199', certainty: 'unknown' }),
    ]);
  });
});

describe('when names mean something else to other programs', () => {
  const llama: ServerInvocation = { args: ['--tools', 'all', '--rpc', 'host:50052', '-hf', 'acme/model', '--props'] };

  it('counts them where the server is known', () => {
    expect(options(llama, 'llamaCpp')).toEqual(['--tools', '--rpc', '-hf', '--props']);
  });

  it.each<[string, ServerInvocation]>([
    ['by its program', { command: ['/app/llama-server'], ...llama }],
    ['in a shell line', { args: ['-c', `./llama-server ${llama.args?.join(' ')}`] }],
    ['by its image', { image: 'ghcr.io/ggml-org/llama.cpp@sha256:ab', ...llama }],
  ])('recognises the server %s', (_how, invocation) => {
    expect(new Set(options(invocation))).toEqual(new Set(['--tools', '--rpc', '-hf', '--props']));
  });

  it('ignores them otherwise', () => {
    expect(dangerousServerOptions(llama, 'custom')).toEqual([]);
    expect(dangerousServerOptions({ image: 'docker.io/vllm/vllm-openai@sha256:ab', args: ['--tools', 'all'] })).toEqual([]);
  });
});

describe('the table', () => {
  const rules: readonly (readonly [string, OptionRule])[] = Object.entries(SERVER_OPTION_RULES).flatMap(([server, list]) =>
    list.map((rule): [string, OptionRule] => [`${server}: ${[...(rule.flags ?? []), ...(rule.variables ?? [])].join(', ')}`, rule]),
  );
  const SECRET = 'hunter2-s3cret';

  it.each(rules)('has words, and every name of it is found: %s', (title, rule) => {
    expect(rule.reason).toMatch(/^[^A-Z].{15,}/);
    expect(rule.fix).toMatch(/.{9,}/);
    expect(rule.abbreviatedFrom === undefined || rule.flags?.[0]?.startsWith(rule.abbreviatedFrom)).toBe(true);
    const server = title.split(':')[0];
    const kind = server === 'any' ? undefined : (server as ModelServerKind);
    for (const flag of rule.flags ?? []) expect(options({ args: [flag, undefined] }, kind)).toContain(flag);
    for (const name of rule.variables ?? []) {
      const expected =
        rule.credential === true ? dangerousServerOptions(variable(name, SECRET), kind) : dangerousServerOptions(variable(name), kind);
      expect(expected.map(({ option }) => option)).toContain(name);
    }
  });

  it.each(rules)('never shows a value: %s', (_title, rule) => {
    for (const flag of rule.flags ?? []) {
      for (const args of [[`${flag}=${SECRET}`], [flag, SECRET], ['-c', `server ${flag} ${SECRET}`]])
        expect(JSON.stringify(dangerousServerOptions({ args }))).not.toContain(SECRET);
    }
    for (const name of rule.variables ?? []) expect(JSON.stringify(dangerousServerOptions(variable(name, SECRET)))).not.toContain(SECRET);
  });
});
