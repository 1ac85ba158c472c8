import type { ModelServingArgs } from '../../../../components';
import { annotationsOf, MODEL, OTHER, pathsOf, podOf, problemsOf, PUBLIC_KEY, render, serverOf, VERIFIER } from './rendered';

const verify = { image: VERIFIER, publicKey: PUBLIC_KEY };
const claim = { kind: 'persistentVolumeClaim', claimName: 'weights', verify } as const;
const copied = { kind: 'initContainerCopy', reference: MODEL } as const;

describe('when the model is an image volume', () => {
  it('mounts the whole image, and points the server inside', () => {
    const model = { reference: MODEL, path: 'models/v2' };
    expect(podOf({ model }).volumes).toContainEqual({ name: 'model-weights', image: { reference: MODEL, pullPolicy: 'IfNotPresent' } });
    expect(serverOf({ model }).volumeMounts).toContainEqual({ name: 'model-weights', mountPath: '/models', readOnly: true });
    expect(serverOf({ server: 'vllm', model }).args).toContain('/models/models/v2');
  });

  it('mounts one directory of it when the runtime can', () => {
    const model = { reference: MODEL, path: 'models/v2', mountShape: 'subPath' } as const;
    expect(serverOf({ model }).volumeMounts![0]).toEqual({
      name: 'model-weights',
      mountPath: '/models',
      subPath: 'models/v2',
      readOnly: true,
    });
    expect(serverOf({ server: 'vllm', model }).args).toContain('/models');
  });

  it('needs no init container, and verifies the files too when that is asked for', () => {
    expect(podOf({ model: { reference: MODEL } })).not.toHaveProperty('initContainers');
    expect(podOf({ model: { reference: MODEL, verify } }).initContainers!.map(({ name }) => name)).toEqual(['verify-model-weights']);
  });
});

describe('when the model is on a volume', () => {
  it('mounts the claim read-only and verifies it first, as restricted as the server and without the network', () => {
    const pod = podOf({ model: claim, gpu: { count: 1 } });
    expect(pod.volumes).toContainEqual({ name: 'model-weights', persistentVolumeClaim: { claimName: 'weights', readOnly: true } });
    expect(pod.volumes).toContainEqual({ name: 'verification', configMap: { name: 'sentiment-verification' } });
    const [verifier] = pod.initContainers!;
    expect(verifier).toMatchObject({
      name: 'verify-model-weights',
      image: VERIFIER,
      command: ['model_signing'],
      args: [
        ...['verify', 'key', '/models', '--signature', '/models/model.sig', '--no-ignore-git-paths'],
        ...['--public_key', '/verification/model-weights'],
      ],
      volumeMounts: [
        { name: 'model-weights', mountPath: '/models', readOnly: true },
        { name: 'verification', mountPath: '/verification', readOnly: true },
      ],
    });
    // A GPU for the verifier would be one that the server waits for.
    expect(verifier!.resources!.limits).toEqual({ cpu: '2', memory: '4Gi', 'ephemeral-storage': '2Gi' });
  });

  it('brings the key in a ConfigMap, whose digest is on the pods', () => {
    const rendered = render({ model: claim });
    expect(rendered.verificationConfig).toMatchObject({
      metadata: { name: 'sentiment-verification', namespace: 'ml-serving' },
      data: { 'model-weights': PUBLIC_KEY },
    });
    const digest = (publicKey: string) =>
      annotationsOf({ model: { ...claim, verify: { ...verify, publicKey } } })['pulumi-model-supply-chain/verification-digest'];
    expect(digest(PUBLIC_KEY)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digest(PUBLIC_KEY)).not.toBe(digest(PUBLIC_KEY.replace('MFkw', 'MFkX')));
  });

  it.each<[string, object, readonly string[]]>([
    [
      'an identity, by a trust configuration that is given, not fetched',
      { trustConfig: '{"mediaType":"x"}', identity: 'ci@acme.example', identityProvider: 'https://accounts.example' },
      ['--trust_config', '/verification/model-weights', '--identity', 'ci@acme.example', '--identity_provider', 'https://accounts.example'],
    ],
    [
      'a certificate, with links among the files',
      { certificateChain: '-----BEGIN CERTIFICATE-----\n', allowSymlinks: true },
      ['--certificate_chain', '/verification/model-weights', '--allow_symlinks'],
    ],
  ])('verifies by %s', (_how, trust, expected) => {
    const args = podOf({ model: { ...claim, verify: { image: VERIFIER, ...trust } } }).initContainers![0]!.args!;
    expect(args.slice(-expected.length)).toEqual(expected);
  });

  it('waits for the old pod to leave the volume, unless many nodes may mount it', () => {
    expect(render({ model: claim }).deployment.spec.strategy!.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    const shared = { ...claim, claimAccessMode: 'ReadOnlyMany' } as const;
    expect(render({ model: shared, replicas: 3 }).deployment.spec.strategy!.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  it('serves what nobody verified only by its unsafe name, with the reason on the pods', () => {
    const model = { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: 'signed from March on' } as const;
    expect(podOf({ model })).not.toHaveProperty('initContainers');
    expect(Object.entries(annotationsOf({ model }))).toContainEqual([
      expect.stringMatching(/^pulumi-model-supply-chain\/opt-out-/),
      'model: signed from March on',
    ]);
  });
});

describe('when the model is copied', () => {
  it('copies from the model image to bounded disk, which the server sees read-only', () => {
    const pod = podOf({ model: { ...copied, sizeLimit: '8Gi' } });
    expect(pod.volumes).toContainEqual({ name: 'model-weights', emptyDir: { sizeLimit: '8Gi' } });
    expect(pod.initContainers).toMatchObject([
      {
        name: 'copy-model-weights',
        image: MODEL,
        command: ['cp', '-R', '/models/.', '/copy'],
        volumeMounts: [{ name: 'model-weights', mountPath: '/copy' }],
      },
    ]);
    expect(pod.containers[0]!.volumeMounts![0]).toEqual({ name: 'model-weights', mountPath: '/models', readOnly: true });
  });

  it('counts the copy as disk of the pod', () => {
    expect(serverOf({ model: { ...copied, sizeLimit: '8Gi' } }).resources!.limits!['ephemeral-storage']).toBe('10Gi');
  });

  it('verifies the copy, not its source', () => {
    const names = podOf({ model: { ...copied, verify } }).initContainers!.map(({ name }) => name);
    expect(names).toEqual(['copy-model-weights', 'verify-model-weights']);
  });

  it('verifies what a command of the author brought', () => {
    const copyCommand = ['aws', 's3', 'cp', '--recursive', 's3://acme/models/sentiment', '$(TARGET)'];
    expect(pathsOf({ model: { ...copied, copyCommand } })).toEqual(['model.verify']);
    expect(podOf({ model: { ...copied, copyCommand, verify } }).initContainers![0]).toMatchObject({
      command: copyCommand,
      env: [{ name: 'TARGET', value: '/copy' }],
    });
  });
});

describe('when a running pod is looked at', () => {
  it('bears the digests that were verified', () => {
    const args = { server: 'vllm', adapters: [{ name: 'legal', reference: OTHER }], tokenizer: { reference: OTHER } } as const;
    expect(annotationsOf({ ...args, adapters: [...args.adapters] })).toEqual({
      'pulumi-model-supply-chain/image-digest': `sha256:${'a'.repeat(64)}`,
      'pulumi-model-supply-chain/model-digest': `sha256:${'b'.repeat(64)}`,
      'pulumi-model-supply-chain/adapter-legal-digest': `sha256:${'c'.repeat(64)}`,
      'pulumi-model-supply-chain/tokenizer-digest': `sha256:${'c'.repeat(64)}`,
    });
  });
});

describe('when files cannot be served as they are asked for', () => {
  it.each<[string | readonly string[], string, object]>([
    ['model.reference', 'missing', { model: {} }],
    ['model.reference', 'no model at all', { model: undefined }],
    ['model.copyCommand[1]', 'a number', { model: { ...copied, verify, copyCommand: ['cp', 1] } }],
    ['model.mountPath', 'what the server writes to', { server: 'nim', model: { reference: MODEL, mountPath: '/opt/nim' } }],
    ['model.reference', 'in a bucket', { model: { reference: 's3://acme/models/sentiment' } }],
    ['model.reference', 'on a hub', { model: { reference: 'hf://acme/sentiment' } }],
    ['model.kind', 'unknown', { model: { kind: 'hostPath', reference: MODEL } }],
    ['model.claimName', 'of another kind', { model: { reference: MODEL, claimName: 'weights' } }],
    ['model.reference', 'of another kind', { model: { ...claim, reference: MODEL } }],
    ['model.claimName', 'missing', { model: { kind: 'persistentVolumeClaim', verify } }],
    ['model.claimAccessMode', 'unknown', { model: { ...claim, claimAccessMode: 'ReadWrite' } }],
    ['model.verify', 'missing', { model: { kind: 'persistentVolumeClaim', claimName: 'weights' } }],
    ['model.unverifiedUnsafe', 'no reason', { model: { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: ' ' } }],
    ['model.unverifiedUnsafe', 'beside verify', { model: { ...claim, unverifiedUnsafe: 'why not' } }],
    ['model.verify', 'by nobody', { model: { ...claim, verify: { image: VERIFIER } } }],
    ['model.verify', 'by two', { model: { ...claim, verify: { ...verify, certificateChain: '-----BEGIN CERTIFICATE-----' } } }],
    ['model.verify.image', 'a tag', { model: { ...claim, verify: { ...verify, image: 'ghcr.io/acme/model-signing:1.1.1' } } }],
    ['model.verify.publicKey', 'a file name', { model: { ...claim, verify: { image: VERIFIER, publicKey: 'cosign.pub' } } }],
    [
      ['model.verify.identity', 'model.verify.identityProvider'],
      'missing',
      { model: { ...claim, verify: { image: VERIFIER, trustConfig: '{}' } } },
    ],
    ['model.verify.identity', 'without a trust configuration', { model: { ...claim, verify: { ...verify, identity: 'ci@acme.example' } } }],
    ['model.verify.signature', 'outside', { model: { ...claim, verify: { ...verify, signature: '../model.sig' } } }],
    ['model.verify.ignorePaths', 'an argument that there is not', { model: { ...claim, verify: { ...verify, ignorePaths: ['x'] } } }],
    ['model.path', 'outside', { model: { reference: MODEL, path: '../etc' } }],
    ['model.path', 'absolute', { model: { reference: MODEL, path: '/models' } }],
    ['model.path', 'missing for a sub-path', { model: { reference: MODEL, mountShape: 'subPath' } }],
    ['model.mountPath', 'the place of the keys', { model: { reference: MODEL, mountPath: '/verification' } }],
    ['model.name', 'a word of the command line', { model: { reference: MODEL, name: '--trust-remote-code' } }],
    ['model.securityContext', 'an argument that there is not', { model: { reference: MODEL, securityContext: {} } }],
    ['replicas', 'more than one on a volume of one node', { model: claim, replicas: 2 }],
    ['adapters[0].name', 'capitals', { adapters: [{ name: 'Legal', reference: OTHER }] }],
    [['adapters[1].name', 'adapters[1].mountPath'], 'twice', { adapters: ['a', 'a'].map((name) => ({ name, reference: OTHER })) }],
    ['tokenizer.mountPath', 'inside the model', { tokenizer: { reference: OTHER, mountPath: '/models/tokenizer' } }],
    ['adapters[0].reference', 'a tag', { adapters: [{ name: 'a', reference: 'ghcr.io/acme/a:v1' }] }],
  ])('refuses %s: %s', (path, _case, args) => {
    expect(pathsOf(args)).toEqual([path].flat());
  });

  it('shows the way out for what lies in a bucket', () => {
    const [problem] = problemsOf({ model: { reference: 's3://acme/models/sentiment' } });
    expect(problem?.reason).toContain('found "s3://acme/models/sentiment"');
    expect(problem?.reason).toContain('kind "persistentVolumeClaim" with verify');
  });

  it('never shows a private key that was given for a public one', () => {
    const publicKey = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
    const [problem] = problemsOf({ model: { ...claim, verify: { image: VERIFIER, publicKey } } });
    expect(problem?.reason).toContain('found a private key');
    expect(problem?.reason).not.toContain('c2VjcmV0');
  });

  it('tells everything at once', () => {
    const args: Partial<ModelServingArgs> = {
      server: 'vllm',
      model: { kind: 'persistentVolumeClaim' },
      replicas: 2,
      gpu: { count: 1, tensorParallelSize: 2 },
      args: ['--trust-remote-code'],
    };
    expect(pathsOf(args)).toEqual(['model.claimName', 'model.verify', 'gpu.tensorParallelSize', 'replicas', 'args[0]']);
  });
});
