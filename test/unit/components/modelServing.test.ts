import * as pulumi from '@pulumi/pulumi';

import { ModelServing } from '../../../components';
import { MockEngine, settled, valueOf } from './mockEngine';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGE = `ghcr.io/acme/ml-models/sentiment-serving@${DIGEST}`;
const MODEL = `ghcr.io/acme/ml-models/sentiment@${DIGEST}`;
const TYPE = 'pulumi-model-supply-chain:index:ModelServing';
const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';

/** An output as a resource that does not exist yet has it at preview. */
function unknownOutput(): pulumi.Output<string> {
  const known = Promise.resolve(false);
  return new (pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
    [],
    Promise.resolve(''),
    known,
    Promise.resolve(false),
    Promise.resolve([]),
  );
}

describe('when a ModelServing is created', () => {
  it('registers itself with its arguments and each child once', async () => {
    const engine = await MockEngine.start();
    new ModelServing('sentiment', { image: IMAGE, model: { reference: MODEL } });
    await settled();
    expect(engine.resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'kubernetes:apps/v1:Deployment sentiment',
      'kubernetes:core/v1:Service sentiment',
      'kubernetes:core/v1:ServiceAccount sentiment',
      'kubernetes:networking.k8s.io/v1:NetworkPolicy sentiment',
      `${TYPE} sentiment`,
    ]);
    expect((await engine.only(TYPE)).inputs).toMatchObject({ image: IMAGE, model: { reference: MODEL } });
  });

  it('tells where the server is and what it runs', async () => {
    await MockEngine.start();
    const serving = new ModelServing('sentiment', { image: IMAGE, model: { reference: MODEL }, namespace: 'nlp', port: 9000 });
    expect(await valueOf(serving.endpoint)).toBe('http://sentiment.nlp.svc:9000');
    expect(await valueOf(serving.image)).toBe(IMAGE);
    expect(await valueOf(serving.model)).toBe(MODEL);
    await settled();
  });

  it('closes the network before it starts pods', async () => {
    await MockEngine.start();
    const waitsFor: string[] = [];
    const record: pulumi.ResourceTransformation = ({ type, props, opts }) => {
      if (type === DEPLOYMENT) {
        waitsFor.push(...(opts.dependsOn as pulumi.Resource[]).map((resource) => resource.constructor.name));
      }
      return { props, opts };
    };
    new ModelServing('sentiment', { image: IMAGE, model: { reference: MODEL } }, { transformations: [record] });
    await settled();
    expect(waitsFor).toEqual(['ServiceAccount', 'NetworkPolicy']);
  });

  it('takes computed arguments and puts their values into the pod', async () => {
    const engine = await MockEngine.start();
    new ModelServing('sentiment', {
      image: pulumi.output(IMAGE),
      model: { reference: Promise.resolve(MODEL), mountPath: pulumi.output('/m') },
      gpu: { count: pulumi.output(2) },
      startupSeconds: pulumi.output(30),
    });
    const pod = {
      containers: [
        {
          image: IMAGE,
          resources: { limits: { 'nvidia.com/gpu': '2' } },
          startupProbe: { failureThreshold: 3 },
          volumeMounts: [{ mountPath: '/m' }, {}, {}, {}],
        },
      ],
      volumes: [{ image: { reference: MODEL } }, {}, {}, {}],
    };
    expect((await engine.only(DEPLOYMENT)).inputs).toMatchObject({ spec: { template: { spec: pod } } });
  });
});

describe('when an argument is not known at preview', () => {
  it('leaves only its own field of the pod unknown', async () => {
    const engine = await MockEngine.start({ preview: true });
    new ModelServing('sentiment', { image: unknownOutput(), model: { reference: MODEL }, env: { PEER: unknownOutput() } });
    const unknown = { __pulumiUnknown: true };
    expect((await engine.only(DEPLOYMENT)).inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'inference',
                image: unknown,
                env: expect.arrayContaining([
                  { name: 'HF_HUB_OFFLINE', value: '1' },
                  { name: 'PEER', value: unknown },
                ]),
                securityContext: { readOnlyRootFilesystem: true },
              },
            ],
            volumes: [{ name: 'model-weights', image: { reference: MODEL, pullPolicy: 'IfNotPresent' } }, {}, {}],
          },
        },
      },
    });
  });
});

describe('when an argument is invalid', () => {
  it('creates no child', async () => {
    const engine = await MockEngine.start();
    expect(() => new ModelServing('sentiment', { image: 'ghcr.io/acme/sentiment:v1', model: { reference: MODEL } })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ propertyPath: 'image' })] }),
    );
    await settled();
    expect(engine.resources.filter((resource) => resource.type !== TYPE)).toEqual([]);
  });
});
