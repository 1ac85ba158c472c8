import type { ModelServingArgs } from '../../components';
import type { Manifest } from '../support/cluster/apiClient';
import type { Cluster } from '../support/cluster/cluster';
import { startCluster } from '../support/cluster/cluster';
import type { KubernetesVersion } from '../support/cluster/controlPlane';
import { describeCluster } from '../support/cluster/describeCluster';
import { COMBINATIONS, render } from '../unit/components/serving/rendered';

const NAMESPACE = 'ml-serving';

/** Objects of one ModelServing as manifests, in the order in which they can be applied, and a pod as the Deployment would make it. */
function manifestsOf(args: Partial<ModelServingArgs>, name: string): { readonly objects: readonly Manifest[]; readonly pod: Manifest } {
  const { serviceAccount, networkPolicy, service, verificationConfig, gpuClaimTemplate, deployment } = render(args, name);
  const kinds = [
    ['v1', 'ServiceAccount', serviceAccount],
    ['networking.k8s.io/v1', 'NetworkPolicy', networkPolicy],
    ['v1', 'Service', service],
    ['v1', 'ConfigMap', verificationConfig],
    ['resource.k8s.io/v1', 'ResourceClaimTemplate', gpuClaimTemplate],
    ['apps/v1', 'Deployment', deployment],
  ] as const;
  const objects = kinds.flatMap(([apiVersion, kind, manifest]) =>
    manifest === undefined ? [] : [json({ ...manifest, apiVersion, kind })],
  );
  const { metadata, spec } = deployment.spec.template;
  return { objects, pod: json({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: NAMESPACE }, spec }) };
}

/** Rendered manifests are plain JSON, which their types, made for Pulumi programs, do not say. */
const json = (manifest: object): Manifest => manifest as Manifest;

describe.each<KubernetesVersion>(['1.35', 'newest'])('a real API server, %s, that enforces restricted', (version) => {
  describeCluster({ version })('given every server, kind of model and accelerator', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ version });
      await cluster.namespace(NAMESPACE, { podSecurity: 'restricted' });
    }, 120_000);
    afterAll(() => cluster.stop());

    it.each(COMBINATIONS.map((combination, index) => ({ ...combination, name: `model-${index}` })))(
      '$title: takes every object, admits the pod, and warns of nothing',
      async ({ args, name }) => {
        const { objects, pod } = manifestsOf(args, name);
        for (const object of objects) {
          expect({ kind: object.kind, ...(await cluster.dryRun(object)) }).toMatchObject({
            kind: object.kind,
            ok: true,
            message: '',
            warnings: [],
          });
          expect(await cluster.apply(object)).toMatchObject({ ok: true, warnings: [] });
        }
        expect(await cluster.apply(pod)).toMatchObject({ ok: true, message: '', warnings: [] });
      },
    );

    it('refuses the same pod without its security context: the namespace does enforce', async () => {
      const { pod } = manifestsOf({}, 'model-0');
      const careless = {
        ...pod,
        metadata: { ...pod.metadata, name: 'careless' },
        spec: { ...(pod['spec'] as object), securityContext: {} },
      };
      expect(await cluster.dryRun(careless)).toMatchObject({ ok: false, reason: 'Forbidden' });
    });
  });
});
