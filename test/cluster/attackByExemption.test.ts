import { BesideOurs } from '../support/admission/besideOurs';
import { enforce, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { RELEASE_WORKFLOW } from '../support/admission/workshop';
import { ENFORCEMENT_LABEL } from '../../components/namespace/labels';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { ApiUser, Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';

/** May do everything by RBAC, and is no administrator of the admission. */
const TENANT: ApiUser = { name: 'tenant' };
const NODE: ApiUser = { name: 'system:node:worker-1', groups: ['system:nodes'] };

const clusterAdmin = (...subjects: readonly object[]): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'attackers' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects,
});

/** Who and what Kyverno leaves out: configured as its chart does, and with everything on that an installation may have on. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('exemptions of Kyverno against ModelAdmission', () => {
  let rig: AdmissionRig;
  let lab: BesideOurs;

  const exception = (namespace: string): Manifest => ({
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { name: 'let-me-through', namespace },
    spec: { policyRefs: [{ name: 'models-images', kind: 'ImageValidatingPolicy' }] },
  });

  beforeAll(async () => {
    const flags = ['--enablePolicyException=true', '--exceptionNamespace=*', '--imageVerifyCacheEnabled=true'];
    rig = await startAdmissionRig({ kyverno: { flags } });
    // What the chart writes by default, as far as it matters here.
    const chart: Manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kyverno', namespace: 'kyverno' },
      data: {
        excludeGroups: 'system:nodes',
        resourceFilters: '[*/*,kube-system,*] [*/*,kube-public,*] [*/*,kube-node-lease,*]',
        webhooks: JSON.stringify({
          namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kyverno'] }] },
        }),
      },
    };
    expect(await rig.cluster.apply(chart)).toMatchObject({ ok: true });
    const rbac = 'rbac.authorization.k8s.io';
    const subjects = [
      { apiGroup: rbac, kind: 'User', name: TENANT.name },
      { apiGroup: rbac, kind: 'Group', name: 'system:nodes' },
    ];
    expect(await rig.cluster.apply(clusterAdmin(...subjects))).toMatchObject({ ok: true });
    lab = await BesideOurs.open(rig);
  }, 600_000);
  afterAll(() => rig.stop());

  it.each(['kube-system', 'kube-public', 'kyverno'])(
    'the label on %s promises what does not hold',
    async (namespace) => {
      const labelled = (as?: ApiUser) =>
        rig.cluster.dryRun(
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { [ENFORCEMENT_LABEL]: 'true' } } },
          as && { as },
        );
      expect(await labelled()).toMatchObject({ ok: true });
      await rig.cluster.namespace(namespace, { labels: { [ENFORCEMENT_LABEL]: 'true' } });
      expect(await rig.cluster.dryRun(lab.pod(namespace, lab.unsigned.reference))).toMatchObject({ ok: true });
    },
    60_000,
  );

  it('a node is not asked about pods; the API server itself lets it only mirror what it already runs', async () => {
    const asNode = await rig.cluster.dryRun(lab.pod(NAMESPACE, lab.unsigned.reference, 'by-node'), { as: NODE });
    expect(asNode).toMatchObject({ ok: false, message: expect.stringContaining('can only create mirror pods') });
  }, 60_000);

  it('a PolicyException would lift everything; a tenant cannot write one', async () => {
    const refused = await rig.cluster.apply(exception(NAMESPACE), { as: TENANT });
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('only administrators may change Kyverno policies') });
    const pod = lab.pod(NAMESPACE, lab.unsigned.reference);
    expect(await rig.cluster.dryRun(pod)).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
    // An administrator can, where the installation takes exceptions: that is what the guard keeps from tenants.
    expect(await rig.cluster.apply(exception(NAMESPACE))).toMatchObject({ ok: true });
    let lifted = await rig.cluster.dryRun(pod);
    for (let attempt = 0; attempt < 100 && !lifted.ok; attempt++) lifted = await rig.cluster.dryRun(pod);
    expect(lifted).toMatchObject({ ok: true });
    expect(await rig.cluster.delete(exception(NAMESPACE))).toMatchObject({ ok: true });
    await untilRefused(rig.cluster, pod, '[unsigned]');
  }, 120_000);

  it('a tag that moves between two admissions is verified again, with the cache of Kyverno on', async () => {
    const byTag = `${rig.registry.address}/keyless/cached:v1`;
    const first = await lab.workshop.image('keyless/cached', 'v1');
    await lab.workshop.sign(first, { identity: RELEASE_WORKFLOW });
    const pod = (image: string) => lab.pod(NAMESPACE, image, 'cached');
    expect(await rig.cluster.dryRun(pod(byTag))).toMatchObject({ ok: false, message: expect.stringContaining('[image-unpinned]') });
    await enforce(rig.cluster, lab.trustPolicy, { pinTags: true });
    let admitted = await rig.cluster.dryRun(pod(byTag));
    for (let attempt = 0; attempt < 100 && !admitted.ok; attempt++) admitted = await rig.cluster.dryRun(pod(byTag));
    expect(admitted).toMatchObject({ ok: true, body: { spec: { containers: [{ image: `${byTag}@${first.digest}` }] } } });
    await lab.workshop.image('keyless/cached', 'v1');
    expect(await rig.cluster.dryRun(pod(byTag))).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
  }, 120_000);

  it('by hand, with the cache on and no digest written, the moved tag passes', async () => {
    const validationConfigurations = { mutateDigest: false, verifyDigest: false, required: true };
    await lab.putInForce('cached', { validationConfigurations });
    const byTag = `${rig.registry.address}/keyless/moved:v1`;
    const first = await lab.workshop.image('keyless/moved', 'v1');
    await lab.workshop.sign(first, { identity: RELEASE_WORKFLOW });
    expect((await lab.ask('cached', byTag)).handWritten).toBe('admits');
    await lab.workshop.image('keyless/moved', 'v1');
    expect(await lab.ask('cached', byTag)).toEqual({ handWritten: 'admits', ours: 'denies' });
  }, 120_000);
});
