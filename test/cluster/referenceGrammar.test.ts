import fc from 'fast-check';
import { CelGrammar, repositoryOf } from '../support/admission/celGrammar';
import { startCluster } from '../support/cluster/cluster';
import type { Cluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const ENCODED = 'xn--bcher-kva.example';

/** Hosts by the kind of mistake that a reader of hosts can make. */
const HOSTS = [
  ...[
    'ghcr.io',
    'GHCR.io',
    'ghcr.io.',
    '.ghcr.io',
    'ghcr..io',
    'ghcr-.io',
    '-ghcr.io',
    'gh_cr.io',
    'a--b.io',
    'localhost',
    'LOCALHOST',
    'acme',
    'Acme',
    'x.localhost',
  ],
  ...['docker.io', 'index.docker.io', 'Index.Docker.io', 'registry-1.docker.io', 'index.docker.io:443', 'index.docker.io:80'],
  ...[':443', ':0443', ':80', ':080', ':0', ':00', ':65535', ':65536', ':70000', ':99999', ':123456', ':', ':5000', ':x'].flatMap((port) =>
    ['ghcr.io', 'localhost', '127.0.0.1', '[::1]', 'acme'].map((host) => host + port),
  ),
  ...[
    '127.0.0.1',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.0.0.01',
    '256.1.1.1',
    '1.2.3.4.5',
    'a.1',
    'a.0x',
    'a.0x1f',
    'a.08',
    '0x.io',
    '1.io',
    '8.8.8.8',
    '127.0.0.1.evil.com',
    '127.0.0.256',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::0001]',
    '[::0:1]',
    '[1::]',
    '[1:0:0:2::3]',
    '[1:0:0:2:0:0:0:3]',
    '[1::2:0:0:3]',
    '[2001:db8::1]',
    '[2001:DB8::1]',
    '[2001:db8:0:0:1:0:0:1]',
    '[2001:db8::1:0:0:1]',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:7::]',
    '[::2:3:4:5:6:7:8]',
    '[1::3:4:5:6:7:8]',
    '[1::4:5:6:7:8]',
    '[1:2:3:4:5:6::]',
  ],
  ...[
    '[::ffff:a00:5]',
    '[::ffff:10.0.0.5]',
    '[::10.0.0.5]',
    '[::ffff:0:a00:5]',
    '[64:ff9b::1]',
    '[fe80::1%25eth0]',
    '[12345::]',
    '[:::1]',
    '[1]',
    '[]',
    '[g::1]',
    '::1',
    '[::1',
    '[::1]x',
    '[1:0:2::3]',
    '[0::1]',
    '[1::0]',
    '[1:0:2:3:4:5:6:7]',
    '[0:1:0:2:0:3:0:4]',
  ],
  ...[ENCODED, ENCODED.toUpperCase(), `${ENCODED}:443`],
];
const PATHS = [
  'nginx',
  'library/nginx',
  'acme/model',
  'acme/Model',
  'acme//model',
  'acme/',
  '/acme',
  '',
  'a.b/c',
  'a..b',
  'a__b',
  'a___b',
  'a-b',
  'a--b',
  'a-',
  '-a',
  '.a',
  'a.',
  'a/../b',
  'ab'.repeat(32),
  `acme/${'ab'.repeat(32)}`,
  'a'.repeat(255),
  'a'.repeat(256),
  `${'a'.repeat(200)}/${'b'.repeat(54)}`,
  'é',
  'a b',
  'a\n',
  'a%20b',
  'a?b',
  'a#b',
];
const ENDS = [
  '',
  ':v1',
  ':V_1.x-y',
  ':',
  ':-x',
  ':.x',
  `:${'t'.repeat(128)}`,
  `:${'t'.repeat(129)}`,
  `@${DIGEST}`,
  `:v1@${DIGEST}`,
  `@${DIGEST.toUpperCase()}`,
  `@${DIGEST}@${DIGEST}`,
  `@sha512:${'ab'.repeat(64)}`,
  `@md5:${'ab'.repeat(16)}`,
  '@',
  `@${DIGEST.slice(0, -1)}`,
  `@sha256:${'AB'.repeat(32)}`,
];
const WHOLE = [
  '',
  '/',
  '@',
  ':',
  ' nginx',
  'nginx ',
  'nginx\n',
  'http://ghcr.io/acme/x',
  'oci://ghcr.io/acme/x',
  'ab'.repeat(32),
  `${'ab'.repeat(32)}:v1`,
  `${'a'.repeat(60)}.io/`.repeat(20) + 'x',
  `${'a.'.repeat(127)}io/x`,
  `${'a.'.repeat(128)}io/x`,
  `a.io/${'x/'.repeat(510)}x`,
  'user@ghcr.io/acme/x',
  'user:secret@ghcr.io/acme/x',
  'a:5/b:v1',
  'nginx:5/x',
  '.',
  '..',
  'a.b',
  'a:b',
  'localhost',
  'localhost/',
  '[::1]',
];

const group = fc.oneof(
  { weight: 3, arbitrary: fc.constant('0') },
  { weight: 2, arbitrary: fc.constantFrom('1', 'db8', 'FFFF', '00', '0001', '10') },
);
/** Addresses with runs of zeros, written out and shortened in any place. */
const address = fc
  .tuple(fc.array(group, { minLength: 0, maxLength: 8 }), fc.array(group, { minLength: 0, maxLength: 8 }), fc.boolean())
  .map(([left, right, shortened]) =>
    shortened ? `[${left.join(':')}::${right.join(':')}]` : `[${[...left, ...right].slice(0, 8).join(':')}]`,
  );
const label = fc.stringMatching(/^[a-z0-9A-Z.:_x-]{1,6}$/);
const host = fc.oneof(
  fc.constantFrom(...HOSTS),
  address,
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
);
const path = fc.oneof(fc.constantFrom(...PATHS), fc.stringMatching(/^[a-z0-9._/-]{1,12}$/));
const reference = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.oneof({ weight: 4, arbitrary: host.map((text) => `${text}/`) }, fc.constant('')), path, fc.constantFrom(...ENDS))
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 20 }) },
);

/** What the API server can be sent in a ConfigMap. */
const sendable = (text: string): boolean => Buffer.from(text).toString() === text && !text.includes('\0');

describeCluster()('the grammar of references in CEL', () => {
  let cluster: Cluster;
  let grammar: CelGrammar;
  beforeAll(async () => {
    cluster = await startCluster();
    grammar = await CelGrammar.open(cluster, [`${ENCODED}/acme/**`]);
  }, 120_000);
  afterAll(() => cluster.stop());

  const differing = async (references: readonly string[]) =>
    grammar.differing([...new Set(references)].filter(sendable).map((text) => ({ reference: text, expected: repositoryOf(text) })));

  it('reads what the grammar in TypeScript reads, into the same repository, and refuses the rest', async () => {
    const named = HOSTS.map((text) => `${text}/acme/model`);
    const placed = PATHS.flatMap((text) => [text, `ghcr.io/${text}`]);
    const ended = ENDS.flatMap((text) => [`nginx${text}`, `ghcr.io/acme/model${text}`, `[::1]:5000/acme/model${text}`]);
    const all = [...named, ...placed, ...ended, ...WHOLE];
    // Both answers occur, so that two readers that refuse everything would not pass.
    expect(all.filter((text) => repositoryOf(text) !== '').length).toBeGreaterThan(60);
    expect(all.filter((text) => repositoryOf(text) === '').length).toBeGreaterThan(60);
    expect(await differing(all)).toEqual([]);
  }, 120_000);

  it('does so for hundreds of made-up ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(reference, { minLength: 40, maxLength: 40 }), async (references) => {
        expect(await differing(references)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  it('does so for addresses with runs of zeros', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(address, { minLength: 40, maxLength: 40 }), async (addresses) => {
        expect(await differing(addresses.map((text) => `${text}/acme/model`))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  it('accepts a host in another script only where the trust policy names it: an expression cannot decode it', async () => {
    expect(repositoryOf('xn--nxasmq6b.com/x')).not.toBe('');
    expect(
      await grammar.differing([
        { reference: 'xn--nxasmq6b.com/x', expected: '' },
        { reference: `${ENCODED}/x`, expected: `${ENCODED}/x` },
      ]),
    ).toEqual([]);
  });
});
