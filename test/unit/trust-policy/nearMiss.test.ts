import { nearMissOf } from '../../../verification/trust-policy/nearMiss';
import { accepted, goodDocument } from './policyText';

function nearMissTo(glob: string, repository: string) {
  const document = goodDocument();
  document.policies[0].images = [glob];
  return nearMissOf(repository, accepted(JSON.stringify(document)));
}

describe('when an image that no policy covers', () => {
  it.each([
    ['differs in the port', 'registry.corp/acme/**', 'registry.corp:5000/acme/x', 'port', 'registry.corp', 'registry.corp:5000'],
    ['has the default port', '127.0.0.1:*/acme/**', '127.0.0.1/acme/x', 'port', '127.0.0.1:*', '127.0.0.1'],
    ['is elsewhere by the same path', 'ghcr.io/acme/**', 'quay.io/acme/x', 'registry', 'ghcr.io', 'quay.io'],
    ['is in a look-alike', 'ghcr.io/**', 'ghcr.lo/acme/x', 'registry', 'ghcr.io', 'ghcr.lo'],
    ['is below a longer name', 'ghcr.io/acme/**', 'ghcr.io.evil.com/acme/x', 'registry', 'ghcr.io', 'ghcr.io.evil.com'],
    ['misspells a name', 'ghcr.io/acme/models/*', 'ghcr.io/acme/model/x', 'name', 'models', 'model'],
    ['writes a dash as an underscore', 'ghcr.io/acme/ml-models', 'ghcr.io/acme/ml_models', 'name', 'ml-models', 'ml_models'],
  ])('%s, the glob is shown', (_how, glob, repository, part, expected, found) => {
    expect(nearMissTo(glob, repository)).toEqual({ policy: 'sentiment-models', glob, part, expected, found });
  });

  it.each([
    ['ghcr.io/acme/**', 'docker.io/library/nginx'],
    ['ghcr.io/acme/**', 'ghcr.io/mallory/x'],
    ['ghcr.io/**', 'docker.io/library/nginx'],
    ['ghcr.io/acme/models/**', 'ghcr.io/acme/tools/x'],
    ['ghcr.io/ab/**', 'ghcr.io/ac/x'],
    ['ghcr.io/acme/x', 'ghcr.io/acme/x/y'],
  ])('is another one altogether (%s, %s), nothing is shown', (glob, repository) => {
    expect(nearMissTo(glob, repository)).toBeUndefined();
  });
});
