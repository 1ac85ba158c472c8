import { readProperty } from '../../../policy-pack/image-sources/readProperty';
import type { PropertyNode } from '../../../policy-pack/image-sources/readProperty';
import { engineProps, UNKNOWN } from './engineProps';

const node = (props: unknown, path = ''): PropertyNode => ({ path, value: engineProps(props) as object });

describe('readProperty', () => {
  it('reads a value with its path', () => {
    expect(readProperty(node({ image: 'a' }, 'spec.containers[0]'), 'image')).toEqual({
      kind: 'present',
      path: 'spec.containers[0].image',
      value: 'a',
    });
  });

  it('writes list positions in brackets', () => {
    expect(readProperty(node(['a', 'b'], 'spec.containers'), 1)).toEqual({ kind: 'present', path: 'spec.containers[1]', value: 'b' });
  });

  it.each([
    ['a missing property', {}],
    ['null', { image: null }],
  ])('reads %s as absent', (_case, props) => {
    expect(readProperty(node(props), 'image')).toEqual({ kind: 'absent', path: 'image' });
  });

  it('tells an unknown value from an absent one', () => {
    expect(readProperty(node({ image: UNKNOWN }), 'image')).toEqual({ kind: 'unknown', path: 'image' });
  });

  it.each(['constructor', 'toString', '__proto__', '__isSpecialProxy', '__getSpecialProxyTarget'])(
    'does not read %s, which no input set',
    (key) => {
      expect(readProperty(node({}), key)).toEqual({ kind: 'absent', path: key });
    },
  );

  it('does not read what a "__proto__" input put into the prototype', () => {
    const props: object = {};
    Object.setPrototypeOf(props, { image: 'inherited' });
    expect(readProperty({ path: '', value: props }, 'image')).toEqual({ kind: 'absent', path: 'image' });
  });

  it('lets every other error through: it is a fault of ours, not an unknown value', () => {
    const value = Object.defineProperty({}, 'image', {
      get: () => {
        throw new TypeError('broken getter');
      },
    });
    expect(() => readProperty({ path: '', value }, 'image')).toThrow(new TypeError('broken getter'));
  });
});
