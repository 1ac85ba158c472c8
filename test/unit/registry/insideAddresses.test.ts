import { fakeInternet, findingOf, patient, reference, testClient, valueOf } from '../../support/registry';
import { kindOfAddress } from '../../../verification/registry/endpoint';

const MANIFEST =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}';
const STORAGE = 'storage.example.com';

/** A registry at one address that redirects to storage at others. */
async function redirected(registryAt: string, ...storageAt: readonly string[]) {
  const addresses = storageAt.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const resolve = ((_name: string, _options: unknown, done: (error: null, found: typeof addresses) => void) =>
    done(null, addresses)) as never;
  const internet = fakeInternet(
    {
      'https://reg.example.com/v2/team/app/manifests/v1': () =>
        new Response(null, { status: 307, headers: { location: `https://${STORAGE}/x` } }),
      [`https://${STORAGE}/x`]: () => new Response(MANIFEST),
    },
    { peers: { 'reg.example.com': registryAt }, looksUp: true },
  );
  try {
    return await testClient({ resolve }).resolve(reference('reg.example.com/team/app:v1'), patient());
  } finally {
    internet.restore();
  }
}

describe('a redirect to a name', () => {
  it.each([
    ['10.1.2.3'],
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['0.0.0.0'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a00:1'],
    ['64:ff9b::10.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b::a9fe:a9fe'],
    ['64:ff9b:1::808:808'],
    ['2002:a00:1::'],
    ['fd00::1'],
    ['fe80::1%eth0'],
    ['8.8.8.8', '10.0.0.1'],
  ])('from a public registry is refused at %s %s', async (...storageAt) => {
    const finding = findingOf(await redirected('8.8.4.4', ...storageAt), 'registry-redirect-refused');
    expect(finding.reason).toContain(`${STORAGE} resolves to`);
  });

  it.each([
    ['8.8.4.4', '8.8.8.8'],
    ['8.8.4.4', '64:ff9b::808:808'],
    ['8.8.4.4', '64:ff9b::185.199.110.154'],
    ['10.0.0.5', '10.0.0.6'],
    ['10.0.0.5', '192.168.7.1'],
    ['10.0.0.5', '8.8.8.8'],
  ])('from %s to %s is followed', async (registryAt, storageAt) => {
    valueOf(await redirected(registryAt, storageAt));
  });

  it.each([
    ['10.0.0.5', '169.254.169.254'],
    ['10.0.0.5', '127.0.0.1'],
  ])('from a private registry at %s to %s is refused', async (registryAt, storageAt) => {
    findingOf(await redirected(registryAt, storageAt), 'registry-redirect-refused');
  });
});

it.each([
  ['8.8.8.8', 'public'],
  ['172.16.0.1', 'private'],
  ['::1', 'local'],
  ['not an address', 'local'],
] as const)('%s is %s', (address, kind) => {
  expect(kindOfAddress(address)).toBe(kind);
});
