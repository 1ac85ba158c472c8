import * as components from '../../../components';

describe('the public surface of the package', () => {
  it('is exactly the components: what else would be exported, plugin hosts would have to describe to other languages', () => {
    expect(Object.keys(components).sort()).toEqual(['KyvernoInstallation', 'ModelAdmission', 'ModelNamespace', 'ModelServing']);
  });
});
