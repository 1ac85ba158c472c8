import { parseRepository } from '../../../verification/reference/reference';
import { findingOf, valueOf } from '../../support/registry';

describe('parseRepository', () => {
  it.each([
    ['ghcr.io/acme/signatures', 'ghcr.io', 'acme/signatures'],
    ['GHCR.io:443/acme/signatures', 'ghcr.io', 'acme/signatures'],
    ['acme/signatures', 'docker.io', 'acme/signatures'],
    ['localhost:5000/signatures', 'localhost:5000', 'signatures'],
  ])('reads %s', (text, registry, path) => {
    expect(valueOf(parseRepository(text))).toEqual({ registry, path });
  });

  it.each([
    '',
    'ghcr.io/acme/signatures:v1',
    `ghcr.io/acme/x@sha256:${'a'.repeat(64)}`,
    'https://ghcr.io/acme',
    'ghcr.io/Acme',
    'ghcr.io/a//b',
  ])('refuses %j, which is no repository', (text) => {
    findingOf(parseRepository(text), 'reference-malformed');
  });
});
