import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { WORKLOADS } from '../support/admission/manifests';
import { SIGNATURES } from '../support/admission/artifacts';
import { Workshop } from '../support/admission/workshop';
import { writePlainTrustPolicy } from '../support/admission/trustPolicy';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';

/** The older form, for clusters that need it; Kyverno takes the trust root from its own flags. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('a ClusterPolicy from the trust policy', () => {
  let rig: AdmissionRig;
  let workshop: Workshop;
  let good: string;

  beforeAll(async () => {
    rig = await startAdmissionRig();
    workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const trustPolicy = writePlainTrustPolicy(labDirectory(rig.cluster.directory), workshop, rig.tuf);
    await enforce(rig.cluster, trustPolicy, { backend: 'kyvernoClusterPolicy' });
    good = (await SIGNATURES['signed']!(workshop, 'keyless/good')).reference;
    const unsigned = await workshop.image('keyless/unsigned');
    await untilRefused(rig.cluster, WORKLOADS['Pod']!(unsigned.reference, good).manifest, 'models-keyless');
  }, 600_000);
  afterAll(() => rig.stop());

  it.each([
    ['signed', 'Pod', true],
    ['signed', 'Pod, image volume', true],
    ['unsigned', 'Pod, image volume', false],
    ['unsigned', 'Pod, init container', false],
    ['unsigned', 'Deployment', false],
    ['signed by a fork', 'Pod', false],
    ['right subject of another issuer', 'Pod', false],
    ['attested, not signed', 'Pod', false],
    ['signature of another image attached', 'Pod', false],
  ])(
    '%s, %s: admitted %p',
    async (artifact, workload, admitted) => {
      const image = await SIGNATURES[artifact]!(workshop, `keyless/${artifact.replace(/[^a-z]+/g, '-')}-${workload.length}`);
      const { ok, message } = await rig.cluster.dryRun(WORKLOADS[workload]!(image.reference, good).manifest);
      expect({ ok, message }).toEqual({ ok: admitted, message: admitted ? '' : expect.stringContaining('models-keyless') });
    },
    60_000,
  );
});
