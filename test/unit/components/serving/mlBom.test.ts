import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import * as pulumi from '@pulumi/pulumi';

import { mlBom, mlBomText } from '../../../../components/serving/mlBom';
import type { BomContents } from '../../../../components/serving/mlBom';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

const CONTENTS: BomContents = {
  name: 'sentiment',
  namespace: 'ml-serving',
  server: 'vllm',
  image: `ghcr.io/acme/ml-models/vllm:v0.18@${digestOf('a')}`,
  models: [
    { role: 'model', name: 'sentiment', source: { kind: 'image', reference: `ghcr.io/acme/ml-models/sentiment@${digestOf('b')}` } },
    { role: 'adapter', name: 'legal', source: { kind: 'claim', claimName: 'adapters' } },
    { role: 'tokenizer', name: 'tokenizer', source: { kind: 'image', reference: `127.0.0.1:5000/acme/tokenizer@${digestOf('c')}` } },
  ],
};

const bomOf = (changes: Partial<BomContents> = {}) => JSON.parse(mlBomText({ ...CONTENTS, ...changes }));

describe('the bill of materials of a deployment', () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

  it('is what the schema of CycloneDX 1.6 asks for', async () => {
    expect(await validator.validate(mlBomText(CONTENTS))).toBeNull();
    // The validator is not one that finds everything right.
    expect(await validator.validate(JSON.stringify({ ...bomOf(), serialNumber: 'x' }))).not.toBeNull();
  });

  it('names the server image and the model by digest', () => {
    const [server, model] = bomOf().components;
    expect(server).toEqual({
      type: 'container',
      'bom-ref': 'server',
      name: 'ghcr.io/acme/ml-models/vllm',
      version: digestOf('a'),
      hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      purl: `pkg:oci/vllm@sha256%3A${'a'.repeat(64)}?repository_url=ghcr.io/acme/ml-models/vllm&tag=v0.18`,
    });
    expect(model).toMatchObject({
      type: 'machine-learning-model',
      name: 'ghcr.io/acme/ml-models/sentiment',
      hashes: [{ content: 'b'.repeat(64) }],
      properties: expect.arrayContaining([{ name: 'pulumi-model-supply-chain:servedAs', value: 'sentiment' }]),
    });
  });

  it('tells a model on a volume as what it is: without a digest', () => {
    const [, , adapter] = bomOf().components;
    expect(adapter).toMatchObject({ type: 'machine-learning-model', 'bom-ref': 'adapter:legal', name: 'adapters' });
    expect(adapter).not.toHaveProperty('hashes');
    expect(adapter).not.toHaveProperty('purl');
  });

  it('reads the port of a registry as part of its name, not as a tag', () => {
    expect(bomOf().components[3]).toMatchObject({ type: 'data', name: '127.0.0.1:5000/acme/tokenizer' });
    expect(bomOf().components[3].purl).not.toContain('&tag=');
  });

  it('says that the deployment depends on all of it', () => {
    const bom = bomOf();
    expect(bom.metadata.component).toMatchObject({ type: 'application', name: 'sentiment' });
    expect(bom.dependencies[0]).toEqual({
      ref: 'deployment',
      dependsOn: ['server', 'model:sentiment', 'adapter:legal', 'tokenizer:tokenizer'],
    });
  });

  it('is the same for the same deployment, serial number included, and another for another', () => {
    expect(mlBomText(CONTENTS)).toBe(mlBomText({ ...CONTENTS }));
    expect(bomOf({ image: `ghcr.io/acme/ml-models/vllm@${digestOf('d')}` }).serialNumber).not.toBe(bomOf().serialNumber);
  });

  it('takes computed references', async () => {
    const text = mlBom({ ...CONTENTS, image: pulumi.output(CONTENTS.image) });
    expect(await new Promise((resolve) => text.apply(resolve))).toBe(mlBomText(CONTENTS));
  });
});
