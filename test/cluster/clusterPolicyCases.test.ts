import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { caseTable, differing, tableInPage } from '../support/admission/caseTable';
import type { AnsweredCase } from '../support/admission/caseTable';
import { makeCases } from '../support/admission/cases';
import { CLUSTER_POLICY_DIFFERENCES } from '../support/admission/clusterPolicyDifferences';
import { knownIn } from '../support/admission/differences';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { Preview } from '../support/admission/preview';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS_WITH_DISTRIBUTION, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';

/** What a ClusterPolicy cannot hold; ModelAdmission refuses it. */
const REFUSED = ['scan', 'exceptions'];

/** The command line of Kyverno is asked about the other form of policy. */
const PAIR = 'preview and API server';

/** The same questions as to the other form of policy, as far as a ClusterPolicy can be asked them. */
describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS_WITH_DISTRIBUTION)('preview and cluster, by ClusterPolicies', () => {
  let rig: AdmissionRig;
  const answers: AnsweredCase[] = [];

  beforeAll(async () => {
    rig = await startAdmissionRig({ registry: 'distribution' });
    const { cluster, tuf } = rig;
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore, { fallbackTags: true });
    const { cases } = await makeCases(workshop);
    const trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions: [], without: REFUSED });
    await enforce(cluster, trustPolicy, { backend: 'clusterPolicy', kyvernoTufMirror: tuf.url });
    const asked = cases.filter(({ policy }) => !REFUSED.includes(policy));
    // Until both kinds of policy are in force everything is admitted.
    for (const { policy, artifact, object } of asked) {
      if (policy === 'keyless' && artifact === 'unsigned') await untilRefused(cluster, object.manifest, 'models-keyless');
      if (policy === 'references' && artifact === 'short name') await untilRefused(cluster, object.manifest, '[image-not-covered]');
    }
    process.env['XDG_CACHE_HOME'] = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
    const preview = new Preview(trustPolicy);
    for (const question of asked) {
      const image = await preview.verify(question.reference);
      const { admits } = await preview.judge(question.object);
      const { ok, message } = await cluster.dryRun(question.object.manifest);
      answers.push({ asked: question, image, preview: admits, cluster: ok, message });
    }
  }, 1_200_000);
  afterAll(() => rig.stop(), 60_000);

  it('are asked at least a hundred questions, of which both admit and deny many', () => {
    expect(answers.length).toBeGreaterThanOrEqual(100);
    expect(answers.filter(({ cluster }) => cluster).length).toBeGreaterThan(30);
    expect(answers.filter(({ cluster }) => !cluster).length).toBeGreaterThan(30);
  });

  it('say the same, but for the known differences', () => {
    const different = differing(answers, PAIR).map(({ asked: { policy, artifact, workload }, second, message }) => ({
      policy,
      artifact,
      workload,
      second,
      message,
    }));
    expect(different).toEqual(
      CLUSTER_POLICY_DIFFERENCES.map(({ policy, artifact, workload = expect.any(String) as string, second }) => ({
        policy,
        artifact,
        workload,
        second: second === 'admits',
        message: expect.any(String),
      })),
    );
  });

  it('have no difference in which the cluster is weaker, but those told as previewOnly', () => {
    const weaker = answers.filter(({ preview, cluster }) => cluster && !preview);
    for (const { asked } of weaker) expect(knownIn(CLUSTER_POLICY_DIFFERENCES, asked)[0]?.why).toContain('previewOnly');
  });

  it('deny in the name of a policy and its rule, or with a code', () => {
    const silent = answers.filter(({ cluster, message }) => !cluster && !/models-[a-z0-9-]+:\s+[a-z0-9-]+:|\[[a-z-]+\]/.test(message));
    expect(silent.map(({ asked, message }) => ({ artifact: asked.artifact, message }))).toEqual([]);
  });

  it('are told in the documentation as they are', () => {
    const table = caseTable(answers, CLUSTER_POLICY_DIFFERENCES, [PAIR]);
    expect(tableInPage('admission-cases-cluster-policy.md', table)).toBe(table);
  });
});
