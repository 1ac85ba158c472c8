import { generateKeyPairSync } from 'node:crypto';
import { imagePolicy, render, specOf, trustPolicy } from './trustPolicies';

const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' }).toString();

const renderedKey = (pem: string): unknown => {
  const policy = trustPolicy({ policies: [imagePolicy({ authorities: [{ name: 'key', key: { data: pem } }] })] });
  const { attestors } = specOf(render(policy).policies, 'models-images') as { attestors: readonly { cosign: { key: object } }[] };
  return attestors[0]?.cosign.key;
};

describe('a key of a trust policy reaches the cluster however YAML broke its lines', () => {
  it.each([
    ['folded into one line', PEM.replaceAll('\n', ' ')],
    ['indented', PEM.replaceAll('\n', '\n    ')],
    ['with lines between', PEM.replaceAll('\n', '\n\n')],
    ['of Windows', PEM.replaceAll('\n', '\r\n')],
    ['of an old Mac', PEM.replaceAll('\n', '\r')],
  ])('%s', (_what, pem) => {
    expect(renderedKey(pem)).toEqual({ data: PEM });
  });
});
