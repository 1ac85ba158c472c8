import { CUSTOM_RESOURCES } from '../../../../components/admission/custom-resources/customResources';
import { imagesOf, unverifiableOf } from '../../../../components/admission/custom-resources/placesCel';
import { problemsOf, render, specOf, trustPolicy } from './trustPolicies';

const SERVICE = 'inferenceservices.serving.kserve.io';
const names = (args: Parameters<typeof render>[1]) =>
  render(trustPolicy({ unmatchedImages: 'warn' }), args).policies.map(({ metadata }) => metadata.name);

describe('custom resources', () => {
  it('get no policies unless they are asked for', () => {
    expect(names({})).toEqual(names({ customResources: [] }));
    expect(names({}).filter((name) => name.includes('inferenceservices'))).toEqual([]);
  });

  it('get policies of their own, for images and for what is not covered', () => {
    const added = names({ customResources: [SERVICE] }).filter((name) => !names({}).includes(name));
    expect(added).toEqual([
      'models-images-inferenceservices',
      'models-readable-images-inferenceservices',
      'models-listed-images-inferenceservices',
    ]);
  });

  it('are refused by one policy where what no policy covers is refused', () => {
    const { policies } = render(trustPolicy(), { customResources: [SERVICE] });
    const added = policies.map(({ metadata }) => metadata.name).filter((name) => name.endsWith('inferenceservices'));
    expect(added).toEqual(['models-images-inferenceservices', 'models-listed-images-inferenceservices']);
  });

  it('are all asked for at once, each once', () => {
    const every = names({ customResources: ['all', SERVICE] }).filter((name) => name.startsWith('models-images-'));
    expect(every).toHaveLength(CUSTOM_RESOURCES.length + 1);
    expect(new Set(every).size).toBe(every.length);
  });

  it('have names of their own however long the name of the component is', () => {
    const { policies } = render(
      trustPolicy(),
      { customResources: ['all'] },
      {},
      'models-of-the-whole-company-in-every-region-of-the-world',
    );
    const long = policies.map(({ metadata }) => metadata.name);
    expect(new Set(long).size).toBe(long.length);
    expect(long.filter((name) => !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))).toEqual([]);
  });

  it('match in every version, and are not scanned: the reports controller may not read them', () => {
    const { policies } = render(trustPolicy(), { customResources: [SERVICE], pinTags: true });
    const spec = specOf(policies, 'models-images-inferenceservices');
    expect(spec.matchConstraints.resourceRules).toEqual([
      { apiGroups: ['serving.kserve.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['inferenceservices'] },
    ]);
    expect(spec.evaluation.background.enabled).toBe(false);
    expect(spec.validationConfigurations.mutateDigest).toBe(false);
    expect(specOf(policies, 'models-images').validationConfigurations.mutateDigest).toBe(true);
    expect(specOf(policies, 'models-images').evaluation.background.enabled).toBe(true);
  });

  it('leave nothing to the API server that older ones cannot evaluate', () => {
    const { policies } = render(trustPolicy(), { customResources: ['all'] });
    const conditions = policies.flatMap(({ spec }) => spec['matchConditions'] as { readonly expression: string }[] | undefined);
    expect(conditions.filter((condition) => condition?.expression.includes('flatten'))).toEqual([]);
  });

  it.each([
    ['a kind that nobody reads', ['widgets.example.com'], 'customResources[0]: expected one of all, inferenceservices.serving.kserve.io'],
    ['a kind without its group', [SERVICE, 'inferenceservices'], 'customResources[1]: expected one of all'],
  ])('%s is refused', (_what, customResources, expected) => {
    expect(problemsOf(trustPolicy(), { customResources })).toEqual([expect.stringContaining(expected)]);
  });

  it.each(['policyController', 'clusterPolicy'])('are refused under a backend that does not know them: %s', (backend) => {
    expect(problemsOf(trustPolicy(), { backend, customResources: ['all'] })).toContainEqual(
      expect.stringContaining(`customResources: expected none with the backend ${backend}`),
    );
  });
});

describe('the expression for what stands in an object', () => {
  it('names what is inside apart from what is around it', () => {
    const places = [
      { kind: 'each', key: 'services', what: { list: 'services', item: 'service' }, inside: [{ kind: 'image', key: 'image' }] },
    ];
    expect(imagesOf(places as never, 'object')).toBe('object.?services.orValue([]).map(v0, (has(v0.image) ? [v0.image] : [])).flatten()');
  });

  it('is an empty list, or none, where there is nothing of the kind', () => {
    expect(imagesOf([{ kind: 'forbidden', key: 'storage', what: 'model', expected: 'x', found: 'y' }], 'object')).toBe('[]');
    expect(unverifiableOf([{ kind: 'podSpec' }], 'object')).toBeUndefined();
  });
});
