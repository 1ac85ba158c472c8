import { BesideOurs } from '../support/admission/besideOurs';
import { enforce, untilRefused } from '../support/admission/lab';
import { NAMESPACE } from '../support/admission/manifests';
import { RELEASE_WORKFLOW } from '../support/admission/workshop';
import { ENFORCEMENT_LABEL, ENFORCEMENT_ON } from '../../components/namespace/labels';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import type { ApiUser, Manifest } from '../support/cluster/apiClient';
import { describeCluster } from '../support/cluster/describeCluster';

const EXEMPT = ['kube-system', 'kube-public', 'kube-node-lease', 'kyverno'];
const LABELLED = { [ENFORCEMENT_LABEL]: ENFORCEMENT_ON };
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
    // Before the guards are there.
    for (const namespace of [...EXEMPT, 'labelled-last']) await rig.cluster.namespace(namespace, { labels: LABELLED });
    lab = await BesideOurs.open(rig);
  }, 600_000);
  afterAll(() => rig.stop());

  it('the label on namespaces of the system and of Kyverno promises what does not hold', async () => {
    // The API server follows labels a moment later: once it does for the last, it does for all.
    await untilRefused(rig.cluster, lab.pod('labelled-last', lab.unsigned.reference), '[unsigned]');
    for (const namespace of EXEMPT) {
      expect(await rig.cluster.dryRun(lab.pod(namespace, lab.unsigned.reference))).toMatchObject({ ok: true });
    }
  }, 60_000);

  it('so nobody can set it there; what has it can be changed', async () => {
    const labelled = (name: string, labels: Readonly<Record<string, string>>): Manifest => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
    const promises = expect.stringContaining('would promise what does not hold');
    for (const namespace of EXEMPT) {
      expect(await rig.cluster.dryRun(labelled(namespace, { ...LABELLED, team: 'a' }))).toMatchObject({ ok: true });
      expect(await rig.cluster.apply(labelled(namespace, { [ENFORCEMENT_LABEL]: 'false' }))).toMatchObject({ ok: true });
      expect(await rig.cluster.dryRun(labelled(namespace, LABELLED))).toMatchObject({ ok: false, message: promises });
    }
    expect(await rig.cluster.dryRun(labelled('new', LABELLED), { as: TENANT })).toMatchObject({ ok: true });
  }, 60_000);

  it('a node is not asked about pods; the API server itself lets it only mirror what it already runs', async () => {
    const node: Manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } };
    const { body } = await rig.cluster.apply(node);
    const { uid } = (body as { readonly metadata: { readonly uid: string } }).metadata;
    const pod = lab.pod(NAMESPACE, lab.unsigned.reference, 'by-node');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'worker-1', uid, controller: true }];
    const mirrored = {
      ...pod,
      metadata: { ...pod.metadata, annotations: { 'kubernetes.io/config.mirror': 'static' }, ownerReferences },
      spec: { ...(pod['spec'] as object), nodeName: 'worker-1' },
    };
    const only = expect.stringContaining('can only create mirror pods');
    expect(await rig.cluster.dryRun(pod, { as: NODE })).toMatchObject({ ok: false, message: only });
    expect(await rig.cluster.dryRun(mirrored, { as: NODE })).toMatchObject({ ok: true, message: '' });
    // Written by anybody else, the same pod is looked at.
    expect(await rig.cluster.dryRun(mirrored, { as: TENANT })).toMatchObject({ ok: false, message: expect.stringContaining('[unsigned]') });
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
