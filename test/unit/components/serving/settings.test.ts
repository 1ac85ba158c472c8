import * as pulumi from '@pulumi/pulumi';

import type { ModelServingArgs } from '../../../../components';
import { modelServingSettings } from '../../../../components/serving/settings';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MINIMAL: ModelServingArgs = {
  image: `ghcr.io/acme/ml-models/sentiment-serving@${DIGEST}`,
  model: { reference: `ghcr.io/acme/ml-models/sentiment@${DIGEST}` },
};

/** The details of the error that the arguments give. */
function problemsOf(args: unknown, name = 'sentiment'): readonly pulumi.InputPropertyErrorDetails[] {
  try {
    modelServingSettings(name, args as ModelServingArgs);
  } catch (error) {
    if (pulumi.InputPropertiesError.isInstance(error)) {
      return error.errors;
    }
    throw error;
  }
  return [];
}

const pathsOf = (args: unknown, name?: string): readonly string[] => problemsOf(args, name).map((problem) => problem.propertyPath);

describe('when only the images are given', () => {
  it('fills in the secure defaults', () => {
    expect(modelServingSettings('sentiment', MINIMAL)).toMatchObject({
      image: MINIMAL.image,
      files: {
        model: {
          name: 'sentiment',
          servedPath: '/models',
          source: { kind: 'imageVolume', reference: MINIMAL.model.reference },
          verification: undefined,
          unverifiedReason: undefined,
        },
        adapters: [],
        tokenizer: undefined,
        draftModel: undefined,
      },
      namespace: 'ml-serving',
      replicas: 1,
      port: 8000,
      readinessPath: '/health',
      livenessPath: '/health',
      startupSeconds: 600,
      terminationSeconds: 120,
      invocation: { command: undefined, args: undefined, env: {} },
      gpu: undefined,
      resources: { memory: '4Gi', cpu: '2', ephemeralStorage: '2Gi', scratch: '2Gi', sharedMemory: undefined },
      runAsUser: 1000,
      runAsGroup: 1000,
      imagePullSecrets: [],
      clientNamespaces: [],
      appArmor: true,
      ownUserIds: true,
      optOuts: [],
    });
  });
});

describe('when GPUs are asked for', () => {
  it('takes NVIDIA GPUs and keeps the root read-only', () => {
    expect(modelServingSettings('sentiment', { ...MINIMAL, gpu: { count: 1 } }).gpu).toEqual({
      count: 1,
      request: { mode: 'devicePlugin', resourceName: 'nvidia.com/gpu' },
      taint: 'nvidia.com/gpu',
      products: undefined,
      tensorParallelSize: 1,
      supplementalGroups: [],
      writableRootForCdiUnsafe: false,
      sharedWithOtherPodsUnsafe: false,
    });
  });

  it('takes zero as a server on CPUs', () => {
    expect(modelServingSettings('sentiment', { ...MINIMAL, gpu: { count: 0, writableRootForCdiUnsafe: true } }).gpu).toBeUndefined();
  });
});

describe('when an argument is valid', () => {
  it.each<[string, Partial<ModelServingArgs>]>([
    ['replicas at zero', { replicas: 0 }],
    ['the highest port', { port: 65_535 }],
    ['no GPU', { gpu: { count: 0 } }],
    ['a MIG device', { gpu: { count: 2, resourceName: 'nvidia.com/mig-1g.10gb' } }],
    ['the group of the vLLM image', { runAsUser: 2000, runAsGroup: 0 }],
    ['fractions', { cpu: '0.5', memory: '1.5Gi' }],
    ['thousandths of a CPU', { cpu: '500m' }],
    ['plain bytes', { memory: '4294967296' }],
    ['a deep mount', { model: { ...MINIMAL.model, mountPath: '/srv/models/sentiment..v2' } }],
    ['ordinary variables and words', { env: { LOG_LEVEL: 'debug' }, args: ['--no-trust-remote-code', '--load-format', 'safetensors'] }],
  ])('accepts %s', (_case, args) => {
    expect(problemsOf({ ...MINIMAL, ...args })).toEqual([]);
  });
});

describe('when an argument is invalid', () => {
  it.each<[string, string, object]>([
    ['image', 'a tag', { image: 'ghcr.io/acme/sentiment:v2.1.0' }],
    ['image', 'nothing', { image: undefined }],
    ['image', 'a number', { image: 7 }],
    ['model.reference', 'a tag', { model: { reference: 'ghcr.io/acme/sentiment:latest' } }],
    ['model.mountPath', 'a relative path', { model: { ...MINIMAL.model, mountPath: 'models' } }],
    ['model.mountPath', 'the root', { model: { ...MINIMAL.model, mountPath: '/' } }],
    ['model.mountPath', 'a step up', { model: { ...MINIMAL.model, mountPath: '/models/../etc' } }],
    ['model.mountPath', 'a place below /tmp', { model: { ...MINIMAL.model, mountPath: '/tmp/models' } }],
    ['model.mountPath', 'the cache', { model: { ...MINIMAL.model, mountPath: '/cache' } }],
    ['model.mountPath', 'mount options', { model: { ...MINIMAL.model, mountPath: '/models:rw' } }],
    ['namespace', 'capitals', { namespace: 'ML' }],
    ['namespace', '64 characters', { namespace: 'n'.repeat(64) }],
    ['replicas', 'below zero', { replicas: -1 }],
    ['replicas', 'a fraction', { replicas: 1.5 }],
    ['replicas', 'text', { replicas: '2' }],
    ['replicas', 'no number', { replicas: Number.NaN }],
    ['port', 'zero', { port: 0 }],
    ['port', 'too high', { port: 65_536 }],
    ['healthPath', 'no slash', { healthPath: 'health' }],
    ['healthPath', 'a line break', { healthPath: '/health\nHost: evil' }],
    ['startupSeconds', 'too short', { startupSeconds: 9 }],
    ['gpu.count', 'half a GPU', { gpu: { count: 0.5 } }],
    ['gpu.count', 'below zero', { gpu: { count: -1 } }],
    ['gpu.count', 'text', { gpu: { count: '1' } }],
    ['gpu.count', 'endless', { gpu: { count: Number.POSITIVE_INFINITY } }],
    ['gpu.resourceName', 'no domain', { gpu: { count: 1, resourceName: 'gpu' } }],
    ['memory', 'milli-bytes', { memory: '512m' }],
    ['memory', 'zero', { memory: '0Gi' }],
    ['memory', 'an unknown unit', { memory: '4GB' }],
    ['memory', 'a number', { memory: 4096 }],
    ['cpu', 'a unit of bytes', { cpu: '2Gi' }],
    ['cpu', 'zero', { cpu: '0' }],
    ['ephemeralStorage', 'nothing', { ephemeralStorage: '' }],
    ['runAsUser', 'root', { runAsUser: 0 }],
    ['runAsUser', 'out of range', { runAsUser: 2_147_483_648 }],
    ['runAsGroup', 'below zero', { runAsGroup: -1 }],
    ['command[2]', 'remote code in a shell line', { command: ['sh', '-c', 'exec vllm serve /models --trust-remote-code'] }],
    ['args[0]', 'remote code', { args: ['--trust-remote-code'] }],
    ['args[1]', 'remote code with underscores and value', { args: ['serve', '--trust_remote_code=true'] }],
    ['args[0]', 'a number', { args: [8000] }],
    ['memory', 'requests unlike limits', { memory: { request: '2Gi', limit: '4Gi' } }],
    ['resources', 'an argument that nobody reads', { resources: { requests: { memory: '2Gi' } } }],
    ['livenesspath', 'a misspelt argument', { livenesspath: '/live' }],
    ['livenessPath', 'nothing', { livenessPath: '' }],
    ['healthPath', 'no path', { healthPath: '' }],
    ['terminationSeconds', 'shorter than the drain', { terminationSeconds: 20 }],
    ['server', 'unknown', { server: 'ollama' }],
    ['env.HF_HUB_OFFLINE', 'downloads', { env: { HF_HUB_OFFLINE: '0' } }],
    ['env.TRANSFORMERS_OFFLINE', 'downloads', { env: { TRANSFORMERS_OFFLINE: '0' } }],
    ['env.NVIDIA_VISIBLE_DEVICES', 'all GPUs', { env: { NVIDIA_VISIBLE_DEVICES: 'all' } }],
    ['env.VLLM_ALLOW_INSECURE_SERIALIZATION', 'pickle', { env: { VLLM_ALLOW_INSECURE_SERIALIZATION: '1' } }],
    ['env.LD_PRELOAD', 'code from a volume', { env: { LD_PRELOAD: '/models/evil.so' } }],
    ['env.A=B', 'no name', { env: { 'A=B': '1' } }],
    ['imagePullSecrets[1]', 'no name', { imagePullSecrets: ['ghcr', 'not a name'] }],
    ['clientNamespaces[0]', 'every namespace', { clientNamespaces: ['*'] }],
  ])('refuses %s: %s', (path, _case, args) => {
    expect(pathsOf({ ...MINIMAL, ...args })).toEqual([path]);
  });

  it.each(['Sentiment', '2-sentiment', 'sentiment_v2', '', 's'.repeat(64)])('refuses the name %p, which no Service can have', (name) => {
    expect(pathsOf(MINIMAL, name)).toEqual(['name']);
  });

  it('says what was expected, what was found and what to do', () => {
    const image = 'ghcr.io/acme/sentiment:v2.1.0';
    expect(problemsOf({ ...MINIMAL, image })).toEqual([
      {
        propertyPath: 'image',
        reason:
          'expected an image pinned by digest (registry/repository@sha256:<64 hex digits>), found "ghcr.io/acme/sentiment:v2.1.0"; ' +
          'look the digest up with `crane digest <image>` and write it after an @',
      },
    ]);
  });

  it('reports everything at once, also in the message', () => {
    const args = {
      image: 'a:latest',
      model: { reference: 'b:latest', mountPath: 'c' },
      port: 0,
      gpu: { count: 0.5 },
      env: { HF_HUB_OFFLINE: '0' },
    };
    const paths = ['image', 'model.mountPath', 'model.reference', 'port', 'gpu.count', 'env.HF_HUB_OFFLINE'];
    expect(pathsOf(args)).toEqual(paths);
    expect(() => modelServingSettings('sentiment', args)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          new RegExp(`^ModelServing "sentiment": invalid arguments\n${paths.map((path) => `  ${path}: .*`).join('\n')}$`),
        ),
      }),
    );
  });

  it('keeps control characters and endless text out of the message', () => {
    const [problem] = problemsOf({ ...MINIMAL, image: `\u001b[2J${'x'.repeat(1_000_000)}` });
    expect(problem?.reason.length).toBeLessThan(500);
    expect(problem?.reason).toContain('\\u001b[2J');
  });

  it('does not repeat words of the command line, which may be secret', () => {
    const [problem] = problemsOf({ ...MINIMAL, args: ['--api-key hunter2 --trust-remote-code'] });
    expect(problem?.reason).not.toContain('hunter2');
  });
});

describe('when an argument is computed', () => {
  const computed = <T>(value: T): pulumi.Output<T> => pulumi.output(value) as pulumi.Output<T>;

  it('judges it when it is known', async () => {
    const settings = modelServingSettings('sentiment', { ...MINIMAL, image: computed('ghcr.io/acme/sentiment:v1') });
    await expect(settle(settings.image)).rejects.toMatchObject({ errors: [{ propertyPath: 'image' }] });
  });

  it('passes a valid value on', async () => {
    const settings = modelServingSettings('sentiment', { ...MINIMAL, replicas: computed(3) });
    await expect(settle(settings.replicas)).resolves.toBe(3);
  });

  it('judges promises too', async () => {
    const settings = modelServingSettings('sentiment', { ...MINIMAL, port: Promise.resolve(0) });
    await expect(settle(settings.port)).rejects.toMatchObject({ errors: [{ propertyPath: 'port' }] });
  });

  it('reports plain problems at once, without waiting for it', () => {
    expect(pathsOf({ ...MINIMAL, image: computed(`a@${DIGEST}`), port: 0 })).toEqual(['port']);
  });
});

/** The value of a computed input, or its error, which the other promises inside the output then need not report a second time. */
function settle<T>(input: pulumi.Input<T>): Promise<T> {
  const output = input as unknown as Record<'promise' | 'allResources', () => Promise<T>> &
    Record<'isKnown' | 'isSecret', Promise<unknown>>;
  for (const other of [output.allResources(), output.isKnown, output.isSecret]) {
    other.catch(() => undefined);
  }
  return output.promise();
}
