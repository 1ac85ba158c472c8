import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { ModelServingArgs } from '../../../../components';
import { COMBINATIONS, environmentOf, IMAGE, MODEL, OTHER, pathsOf, podOf, problemsOf, render, SERVERS, serverOf } from './rendered';

const model = (server: string): ModelServingArgs['model'] => ({ reference: MODEL, ...(server === 'llamaCpp' && { file: 'model.gguf' }) });

describe('every server, with every kind of model and accelerator', () => {
  it.each(COMBINATIONS)('$title: fits "restricted" and goes beyond it', ({ args }) => {
    const pod = podOf(args);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      shareProcessNamespace: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.securityContext!.runAsUser).toBeGreaterThan(0);
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      expect(container.securityContext).toEqual({
        runAsNonRoot: true,
        privileged: false,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(Object.keys(container.resources!.limits!)).toEqual(expect.arrayContaining(['cpu', 'memory', 'ephemeral-storage']));
      expect(container.resources!.requests).toEqual(container.resources!.limits);
    }
    expect(pod.hostUsers).toBe(args.gpu ? undefined : false);
  });

  it.each(COMBINATIONS)('$title: mounts only what is a volume, each once, and models read-only', ({ args }) => {
    const pod = podOf(args);
    const volumes = pod.volumes!.map(({ name }) => name);
    expect(new Set(volumes).size).toBe(volumes.length);
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      const mounts = container.volumeMounts!;
      expect(volumes).toEqual(expect.arrayContaining(mounts.map(({ name }) => name)));
      expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
    }
    expect(pod.containers[0]!.volumeMounts![0]).toMatchObject({ name: 'model-weights', readOnly: true });
    for (const { emptyDir } of pod.volumes!) {
      expect(emptyDir ?? { sizeLimit: 'not scratch space' }).toHaveProperty('sizeLimit');
    }
  });

  it.each(COMBINATIONS)('$title: stops in the right order', ({ args }) => {
    const pod = podOf(args);
    const drained = /--(?:shutdown-timeout|exit-timeout-secs)[ =](\d+)/.exec((pod.containers[0]!.args ?? []).join(' '))?.[1] ?? '0';
    const preStop = pod.containers[0]!.lifecycle!.preStop!.sleep!.seconds;
    expect(preStop).toBe(15);
    expect(pod.terminationGracePeriodSeconds!).toBeGreaterThan(preStop + Number(drained));
  });
});

describe('when a server is named', () => {
  it.each<[string, object, object]>([
    [
      'vllm',
      {
        command: ['vllm', 'serve'],
        args: [
          ...['/models', '--served-model-name', 'sentiment', '--host', '0.0.0.0', '--port', '8000'],
          ...['--load-format', 'safetensors', '--shutdown-timeout', '100'],
        ],
      },
      { runAsUser: 2000, runAsGroup: 0, fsGroup: 0 },
    ],
    [
      'triton',
      {
        command: ['tritonserver'],
        args: expect.arrayContaining(['--model-repository=/models', '--model-control-mode=none', '--allow-sagemaker=false']),
        readinessProbe: expect.objectContaining({ httpGet: { path: '/v2/health/ready', port: 'http' } }),
        livenessProbe: expect.objectContaining({ httpGet: { path: '/v2/health/live', port: 'http' } }),
        ports: [
          { name: 'http', containerPort: 8000, protocol: 'TCP' },
          { name: 'grpc', containerPort: 8001, protocol: 'TCP' },
          { name: 'metrics', containerPort: 8002, protocol: 'TCP' },
        ],
      },
      { runAsUser: 1000, runAsGroup: 1000 },
    ],
    [
      'nim',
      { livenessProbe: expect.objectContaining({ httpGet: { path: '/v1/health/live', port: 'http' } }) },
      { runAsUser: 1000, runAsGroup: 2000 },
    ],
    ['tgi', { args: expect.arrayContaining(['--model-id', '/models', '--port', '8080']) }, { runAsUser: 1000 }],
    [
      'sglang',
      { args: expect.arrayContaining(['--model-path', '/models', '--port', '30000', '--load-format', 'safetensors']) },
      { runAsUser: 1000 },
    ],
    ['llamaCpp', { args: expect.arrayContaining(['--model', '/models/model.gguf', '--offline', '--no-slots']) }, { runAsUser: 1000 }],
    ['custom', { ports: [{ name: 'http', containerPort: 8000, protocol: 'TCP' }] }, { runAsUser: 1000, runAsGroup: 1000 }],
  ])('%s gets its words, probes and ids', (server, container, securityContext) => {
    const pod = podOf({ server: server as never, model: model(server) });
    expect(pod.containers[0]).toMatchObject(container);
    expect(pod.securityContext).toMatchObject(securityContext);
  });

  it('NIM is told by variables, and downloads nothing', () => {
    expect(environmentOf({ server: 'nim', port: 9000 })).toMatchObject({
      NIM_MODEL_PATH: '/models',
      NIM_SERVED_MODEL_NAME: 'sentiment',
      NIM_SERVER_PORT: '9000',
      NIM_DISABLE_MODEL_DOWNLOAD: '1',
      HF_HUB_OFFLINE: '1',
    });
    expect(serverOf({ server: 'nim' })).not.toHaveProperty('command');
    expect(podOf({ server: 'nim' }).volumes).toContainEqual({ name: 'nim-cache', emptyDir: { sizeLimit: '2Gi' } });
  });

  it.each(SERVERS)('%s switches hubs off', (server) => {
    expect(environmentOf({ server, model: model(server) })).toMatchObject({ HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' });
  });

  it('appends the arguments of the author', () => {
    expect(serverOf({ server: 'vllm', args: ['--max-model-len', '8192'] }).args!.slice(-2)).toEqual(['--max-model-len', '8192']);
  });

  it('drains as long as the pod has, less the time for load balancers and for the exit', () => {
    expect(serverOf({ server: 'vllm', terminationSeconds: 300 }).args).toEqual(expect.arrayContaining(['--shutdown-timeout', '280']));
    expect(podOf({ server: 'vllm', terminationSeconds: 300 }).terminationGracePeriodSeconds).toBe(300);
  });

  it('loads adapters, tokenizer and draft model from their mounts', () => {
    const args = serverOf({
      server: 'vllm',
      adapters: [
        { name: 'legal', reference: OTHER },
        { name: 'medical', reference: OTHER, path: 'lora' },
      ],
      tokenizer: { reference: OTHER },
      draftModel: { reference: OTHER },
    }).args!;
    expect(args.join(' ')).toContain('--lora-modules legal=/adapters/legal medical=/adapters/medical/lora');
    expect(args.join(' ')).toContain('--tokenizer /tokenizer');
    expect(args).toContain('{"model":"/draft-model","num_speculative_tokens":5}');
  });

  it('names the adapters to TGI in a variable', () => {
    const adapters = ['one', 'two'].map((name) => ({ name, reference: OTHER }));
    expect(environmentOf({ server: 'tgi', adapters }).LORA_ADAPTERS).toBe('one=/adapters/one,two=/adapters/two');
  });
});

describe('when an argument fights the server that was named', () => {
  it.each<[string, string, Partial<ModelServingArgs>]>([
    ['args[0]', 'host', { server: 'vllm', args: ['--host', '127.0.0.1'] }],
    ['args[0]', 'port with its value', { server: 'vllm', args: ['--port=9000'] }],
    ['args[1]', 'a pickle format, abbreviated', { server: 'vllm', args: ['--enforce-eager', '--load', 'pt'] }],
    ['args[0]', 'underscores', { server: 'vllm', args: ['--load_format=safetensors'] }],
    ['args[0]', 'a model elsewhere', { server: 'vllm', args: ['--model', '/tmp/other'] }],
    ['args[0]', 'a short option', { server: 'vllm', args: ['-tp', '2'] }],
    ['args[0]', 'model control', { server: 'triton', args: ['--model-control-mode=explicit'] }],
    ['args[0]', 'a model path', { server: 'sglang', args: ['--model-path=/tmp'] }],
    ['args[0]', 'a model id', { server: 'tgi', args: ['--model-id', 'acme/model'] }],
    ['args[0]', 'a model file', { server: 'llamaCpp', model: model('llamaCpp'), args: ['-m', '/tmp/x.gguf'] }],
    ['env.NIM_MODEL_PATH', 'a model elsewhere', { server: 'nim', env: { NIM_MODEL_PATH: 'hf://acme/model' } }],
  ])('refuses %s: %s', (path, _case, args) => {
    expect(new Set(pathsOf(args))).toEqual(new Set([path]));
  });

  it('says which argument to use instead', () => {
    expect(problemsOf({ server: 'vllm', args: ['--port', '9000'] })).toEqual([
      { propertyPath: 'args[0]', reason: 'expected no option that ModelServing writes for vLLM itself, found "--port"; set port' },
    ]);
  });

  it('leaves other words alone', () => {
    expect(pathsOf({ server: 'vllm', args: ['--max-num-seqs', '8', '--enable-prefix-caching', '-O3'] })).toEqual([]);
  });

  it.each<[string, Partial<ModelServingArgs>]>([
    ['adapters', { server: 'triton', adapters: [{ name: 'a', reference: OTHER }] }],
    ['tokenizer', { server: 'llamaCpp', model: model('llamaCpp'), tokenizer: { reference: OTHER } }],
    ['draftModel', { server: 'tgi', draftModel: { reference: OTHER } }],
    ['model.file', { server: 'llamaCpp', model: { reference: MODEL } }],
    ['model.file', { server: 'vllm', model: { reference: MODEL, file: 'model.gguf' } }],
  ])('refuses %s that the server does not load', (path, args) => {
    expect(pathsOf(args)).toEqual([path]);
  });
});

describe('when two servers are compared', () => {
  it('everything around them is the same', () => {
    const [one, two] = [render({ server: 'vllm' }), render({ server: 'custom' })];
    expect(one.networkPolicy).toEqual(two.networkPolicy);
    expect(one.serviceAccount).toEqual(two.serviceAccount);
    expect(one.service).toEqual(two.service);
    expect(one.deployment.spec.template.spec!.containers[0]!.image).toBe(IMAGE);
  });
});

describe('the page for developers', () => {
  const page = readFileSync(path.join(__dirname, '..', '..', '..', '..', 'docs', 'serving.md'), 'utf8');

  it.each(SERVERS)('tells user, group and port of %s as they are', (server) => {
    const { securityContext, containers } = podOf({ server, model: model(server) });
    const port = containers[0]!.ports![0]!.containerPort;
    const ids = `${securityContext!.runAsUser}, ${securityContext!.runAsGroup}`;
    const row = page.split('\n').find((line) => line.startsWith(`| \`${server}\``))!;
    expect(
      row
        .split('|')
        .slice(2, 4)
        .map((cell) => cell.trim()),
    ).toEqual([ids, String(port)]);
  });
});
