import { imageSites } from '../../../policy-pack/image-sources';
import { engineProps, UNKNOWN } from './engineProps';

const TYPE = 'pulumi-model-supply-chain:index:ModelServing';

describe('when the resource is a ModelServing component', () => {
  it('finds the server image and the model', () => {
    const props = { image: 'registry/server', model: { reference: 'registry/weights', mountPath: '/models' } };
    expect(imageSites(TYPE, engineProps(props))).toEqual([
      { path: 'image', what: 'server image', value: { kind: 'known', reference: 'registry/server' } },
      { path: 'model.reference', what: 'model image', value: { kind: 'known', reference: 'registry/weights' } },
    ]);
  });

  it('finds the images of adapters, tokenizer and draft model, and those that verify them', () => {
    const props = {
      model: { kind: 'persistentVolumeClaim', claimName: 'weights', verify: { image: 'registry/verifier' } },
      adapters: [
        { name: 'a', reference: 'registry/a' },
        { name: 'b', kind: 'initContainerCopy', reference: UNKNOWN },
      ],
      tokenizer: { reference: 'registry/tokenizer' },
      draftModel: { reference: 'registry/draft', verify: { image: 'registry/other' } },
    };
    expect(imageSites(TYPE, engineProps(props)).map(({ path, what, value }) => `${path}: ${what}, ${value.kind}`)).toEqual([
      'model.verify.image: verifier of the model, known',
      'adapters[0].reference: adapter image, known',
      'adapters[1].reference: adapter image, unknown',
      'tokenizer.reference: tokenizer image, known',
      'draftModel.reference: draft model image, known',
      'draftModel.verify.image: verifier of the draft model, known',
    ]);
  });

  it('reports what is unknown, each by itself', () => {
    expect(imageSites(TYPE, engineProps({ image: UNKNOWN, model: { reference: 'registry/weights' } }))).toMatchObject([
      { path: 'image', value: { kind: 'unknown' } },
      { path: 'model.reference', value: { kind: 'known' } },
    ]);
    expect(imageSites(TYPE, engineProps({ image: 'registry/server', model: UNKNOWN }))).toMatchObject([
      { path: 'image', value: { kind: 'known' } },
      { path: 'model', value: { kind: 'unknown' } },
    ]);
  });

  it('reports a model that is no object', () => {
    expect(imageSites(TYPE, engineProps({ model: 'registry/weights' }))).toEqual([
      { path: 'model', what: 'model image', value: { kind: 'unreadable', expected: 'an object', found: 'a string' } },
    ]);
  });

  it('leaves other components alone', () => {
    expect(imageSites('acme:index:ModelServing', engineProps({ image: 'registry/server' }))).toEqual([]);
  });
});
