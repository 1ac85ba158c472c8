import { imageSites } from '../../../policy-pack/image-sources';
import type { ImageSite } from '../../../policy-pack/image-sources';
import { engineProps, UNKNOWN } from './engineProps';

/** Sites of a bare Pod with this spec. */
const sitesOf = (spec: unknown): readonly ImageSite[] => imageSites('kubernetes:core/v1:Pod', engineProps({ spec }));

const known = (path: string, what: string, reference: string): ImageSite => ({ path, what, value: { kind: 'known', reference } });
const unknown = (path: string, what: string): ImageSite => ({ path, what, value: { kind: 'unknown', unknownPath: path } });
const unreadable = (path: string, what: string, expected: string, found: string): ImageSite => ({
  path,
  what,
  value: { kind: 'unreadable', expected, found },
});

describe('when everything in a pod is known', () => {
  it('finds containers of all kinds and image volumes', () => {
    const sites = sitesOf({
      containers: [
        { name: 'server', image: 'registry/server' },
        { name: 'proxy', image: 'registry/proxy' },
      ],
      initContainers: [{ name: 'verify', image: 'registry/verify' }],
      ephemeralContainers: [{ name: 'debug', image: 'registry/debug' }],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'weights', image: { reference: 'registry/weights', pullPolicy: 'IfNotPresent' } },
      ],
    });
    expect(sites).toEqual([
      known('spec.containers[0].image', 'container "server"', 'registry/server'),
      known('spec.containers[1].image', 'container "proxy"', 'registry/proxy'),
      known('spec.initContainers[0].image', 'init container "verify"', 'registry/verify'),
      known('spec.ephemeralContainers[0].image', 'ephemeral container "debug"', 'registry/debug'),
      known('spec.volumes[1].image.reference', 'image volume "weights"', 'registry/weights'),
    ]);
  });

  it('gives no site for a container or volume without image', () => {
    expect(sitesOf({ containers: [{ name: 'server' }, { name: 'x', image: null }], volumes: [{ name: 'v', image: {} }] })).toEqual([]);
  });

  it.each([[''], ['  spaced  '], ['registry/server:latest'], ['not a reference!']])(
    'hands %p on as it is: judging it is for the parser',
    (image) => {
      expect(sitesOf({ containers: [{ name: 'c', image }] })).toEqual([known('spec.containers[0].image', 'container "c"', image)]);
    },
  );

  it.each([
    ['absent', {}],
    ['unknown', { name: UNKNOWN }],
    ['empty', { name: '' }],
    ['no text', { name: 5 }],
  ])('names the container by its position only when its name is %s', (_case, name) => {
    expect(sitesOf({ containers: [{ ...name, image: 'a' }] })).toEqual([known('spec.containers[0].image', 'container', 'a')]);
  });

  it('keeps terminal control characters and endless text of a hostile name out of messages', () => {
    const [escape, long] = sitesOf({
      containers: [
        { name: '\u001b[2Jgone', image: 'a' },
        { name: 'n'.repeat(1_000_000), image: 'b' },
      ],
    });
    expect(escape?.what).toBe('container "\\u001b[2Jgone"');
    expect(long?.what).toBe(`container "${'n'.repeat(63)}"`);
  });
});

describe('when a part of a pod is unknown', () => {
  const server = { name: 'server', image: 'registry/server' };

  it('reports the image field', () => {
    expect(sitesOf({ containers: [{ name: 'server', image: UNKNOWN }] })).toEqual([
      unknown('spec.containers[0].image', 'container "server"'),
    ]);
  });

  it('still finds the image beside an unknown environment variable, argument, resource limit or name', () => {
    const container = { ...server, env: [{ name: 'URL', value: UNKNOWN }], args: UNKNOWN, resources: { limits: UNKNOWN } };
    expect(sitesOf({ serviceAccountName: UNKNOWN, containers: [container] })).toEqual([
      known('spec.containers[0].image', 'container "server"', 'registry/server'),
    ]);
  });

  it('reports one container and still finds its neighbours', () => {
    expect(sitesOf({ containers: [server, UNKNOWN, server] })).toEqual([
      known('spec.containers[0].image', 'container "server"', 'registry/server'),
      unknown('spec.containers[1]', 'container'),
      known('spec.containers[2].image', 'container "server"', 'registry/server'),
    ]);
  });

  it.each([
    ['containers', 'containers'],
    ['initContainers', 'init containers'],
    ['ephemeralContainers', 'ephemeral containers'],
    ['volumes', 'volumes'],
  ])('reports an unknown list of %s once', (field, what) => {
    expect(sitesOf({ [field]: UNKNOWN })).toEqual([unknown(`spec.${field}`, what)]);
  });

  it('reports the spec', () => {
    expect(sitesOf(UNKNOWN)).toEqual([unknown('spec', 'pod spec')]);
  });

  it.each([
    ['volume', [UNKNOWN], 'spec.volumes[0]', 'volume'],
    ['image of a volume', [{ name: 'weights', image: UNKNOWN }], 'spec.volumes[0].image', 'image volume "weights"'],
    ['reference', [{ name: 'weights', image: { reference: UNKNOWN } }], 'spec.volumes[0].image.reference', 'image volume "weights"'],
  ])('reports the %s', (_case, volumes, path, what) => {
    expect(sitesOf({ containers: [server], volumes })).toEqual([
      known('spec.containers[0].image', 'container "server"', 'registry/server'),
      unknown(path, what),
    ]);
  });

  it('recognises the unknowns of every type that the engine can send', () => {
    const sentinels = [
      '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
      '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
      'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
    ];
    for (const containers of sentinels) {
      expect(sitesOf({ containers })).toEqual([unknown('spec.containers', 'containers')]);
    }
  });
});

describe('when a part of a pod has a shape that its type does not allow', () => {
  it.each([
    ['a number', 5],
    ['a boolean', false],
    ['an object', { name: 'registry/server' }],
    ['a list', ['registry/server']],
  ])('reports %s where the image belongs', (found, image) => {
    expect(sitesOf({ containers: [{ name: 'c', image }] })).toEqual([
      unreadable('spec.containers[0].image', 'container "c"', 'an image reference', found),
    ]);
  });

  it.each([
    ['an object', { 0: { name: 'c', image: 'registry/hidden' } }],
    ['a string', 'registry/hidden'],
  ])('reports %s where the list of containers belongs', (found, containers) => {
    expect(sitesOf({ containers })).toEqual([unreadable('spec.containers', 'containers', 'a list', found)]);
  });

  it('reports entries that are not containers and goes on', () => {
    expect(sitesOf({ containers: [null, 'registry/hidden', ['x'], { name: 'c', image: 'a' }] })).toEqual([
      unreadable('spec.containers[0]', 'container', 'an object', 'nothing'),
      unreadable('spec.containers[1]', 'container', 'an object', 'a string'),
      unreadable('spec.containers[2]', 'container', 'an object', 'a list'),
      known('spec.containers[3].image', 'container "c"', 'a'),
    ]);
  });

  it('reports a spec that is no object', () => {
    expect(sitesOf(['containers'])).toEqual([unreadable('spec', 'pod spec', 'an object', 'a list')]);
  });

  it('reports an image volume that is plain text', () => {
    expect(sitesOf({ volumes: [{ name: 'weights', image: 'registry/weights' }] })).toEqual([
      unreadable('spec.volumes[0].image', 'image volume "weights"', 'an object', 'a string'),
    ]);
  });

  it('reads a pod of ten thousand containers to the end', () => {
    const containers = Array.from({ length: 10_000 }, (_, index) => ({
      name: 'c',
      image: index === 9_999 ? UNKNOWN : `registry/${index}`,
    }));
    const sites = sitesOf({ containers });
    expect(sites).toHaveLength(10_000);
    expect(sites.at(-1)).toEqual(unknown('spec.containers[9999].image', 'container "c"'));
  });
});
