import type { Manifest } from '../support/cluster/apiClient';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import { describeCluster } from '../support/cluster/describeCluster';
import type { CrdSet } from '../../tools/toolchain/crds';

const metadata = { name: 'example', namespace: 'default' };

/** One object of each set, and the same with a mistake that only the schema of the definition can know. */
const OBJECTS: readonly (readonly [CrdSet, Manifest, object])[] = [
  [
    'keda',
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata,
      spec: { scaleTargetRef: { name: 'server' }, triggers: [{ type: 'cpu', metadata: { value: '50' } }] },
    },
    { triggers: 'cpu' },
  ],
  [
    'gateway-api',
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { parentRefs: [{ name: 'gateway' }] } },
    { hostnames: ['not a host name'] },
  ],
];

const crds = OBJECTS.map(([set]) => set);

describeCluster({ crds })('custom resources of other projects', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ crds });
  }, 180_000);
  afterAll(() => cluster.stop());

  it.each(OBJECTS)('%s: the schema admits what is right and refuses what is wrong', async (_set, manifest, mistake) => {
    expect(await cluster.dryRun(manifest)).toMatchObject({ ok: true, message: '' });
    const wrong = { ...manifest, spec: { ...(manifest['spec'] as object), ...mistake } };
    expect(await cluster.dryRun(wrong)).toMatchObject({ ok: false, message: expect.stringContaining(Object.keys(mistake)[0]!) });
  });
});
