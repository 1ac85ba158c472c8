import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PAIRS, caseTable, differing, tableInPage } from '../support/admission/caseTable';
import type { AnsweredCase } from '../support/admission/caseTable';
import { makeCases } from '../support/admission/cases';
import { KNOWN_DIFFERENCES, differencesOf, knownIn } from '../support/admission/differences';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { askKyvernoCli } from '../support/admission/kyvernoCli';
import type { CliVerdict } from '../support/admission/kyvernoCli';
import { enforce, labDirectory, untilRefused } from '../support/admission/lab';
import { Preview } from '../support/admission/preview';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { Workshop } from '../support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../support/cluster/admissionRig';
import type { AdmissionRig } from '../support/cluster/admissionRig';
import { describeCluster } from '../support/cluster/describeCluster';
import { KYVERNO_CLI } from '../../tools/toolchain/goTool';

/** One rig for all cases: what is asked does not change what is there. */
describeCluster(
  { crds: ['kyverno'] },
  ...ADMISSION_TOOLS,
  KYVERNO_CLI,
)('preview and cluster under one trust policy', () => {
  let rig: AdmissionRig;
  let cli: readonly CliVerdict[] = [];
  const answers: AnsweredCase[] = [];

  beforeAll(async () => {
    rig = await startAdmissionRig();
    const { cluster, tuf } = rig;
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const { cases, exceptions } = await makeCases(workshop);
    const trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions });
    const rendered = await enforce(cluster, trustPolicy);
    // Until both kinds of policy are in force everything is admitted.
    for (const { policy, artifact, object } of cases) {
      if (policy === 'keyless' && artifact === 'unsigned') await untilRefused(cluster, object.manifest, '[unsigned]');
      if (policy === 'references' && artifact === 'short name') await untilRefused(cluster, object.manifest, '[image-not-covered]');
    }
    // The pack keeps cryptographic results between runs; not those of a test.
    process.env['XDG_CACHE_HOME'] = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
    const preview = new Preview(trustPolicy);
    const manifests = cases.map(({ object }) => object.manifest);
    // Policies of the API server the command line evaluates about every object, whatever they match.
    const policies = rendered.filter(({ apiVersion }) => apiVersion.startsWith('policies.kyverno.io/'));
    const asking = askKyvernoCli(cluster.directory, policies, manifests);
    const others: Omit<AnsweredCase, 'cli'>[] = [];
    for (const asked of cases) {
      const image = await preview.verify(asked.reference);
      const { admits } = await preview.judge(asked.object);
      const { ok, message } = await cluster.dryRun(asked.object.manifest);
      others.push({ asked, image, preview: admits, cluster: ok, message });
    }
    cli = await asking;
    answers.push(...others.map((answer, index) => ({ ...answer, cli: cli[index]!.admits })));
  }, 1_200_000);
  afterAll(() => rig.stop());

  it('are asked at least a hundred questions, of which both admit and deny many', () => {
    expect(answers.length).toBeGreaterThanOrEqual(100);
    expect(answers.filter(({ cluster }) => cluster).length).toBeGreaterThan(30);
    expect(answers.filter(({ cluster }) => !cluster).length).toBeGreaterThan(30);
  });

  it.each(PAIRS)('say the same, but for the known differences: %s', (pair) => {
    const different = differing(answers, pair).map(({ asked: { policy, artifact }, second, message }) => ({
      policy,
      artifact,
      second,
      message,
    }));
    expect(different).toEqual(
      differencesOf(KNOWN_DIFFERENCES, pair).map(({ policy, artifact, second }) => ({
        policy,
        artifact,
        second: second === 'admits',
        message: expect.any(String),
      })),
    );
  });

  it('have no difference in which the cluster is weaker, but those told as previewOnly', () => {
    const weaker = answers.filter(({ preview, cluster }) => cluster && !preview);
    expect(weaker.flatMap(({ asked }) => knownIn(KNOWN_DIFFERENCES, asked).map(({ why }) => why))).toEqual([
      expect.stringContaining('previewOnly'),
    ]);
  });

  it('are answered by the command line for every object: it skips policies silently', () => {
    expect(cli.filter(({ asked }) => !asked.includes('models-listed-images'))).toEqual([]);
    expect(cli.flatMap(({ messages }) => messages).filter((message) => message.includes('[unsigned]')).length).toBeGreaterThan(30);
  });

  it('deny with a code, and a page to read on', () => {
    const denied = answers.filter(({ cluster }) => !cluster);
    const silent = denied.filter(
      ({ message }) => !/\[[a-z-]+\].*https:\/\/unpkg\.com\/pulumi-model-supply-chain\/docs\/findings\//s.test(message),
    );
    // What Kyverno cannot fetch at all it denies in its own words.
    expect(silent.map(({ asked }) => asked.artifact)).toEqual(['not in the registry', 'a registry that does not answer']);
  });

  it('are told in the documentation as they are', () => {
    const table = caseTable(answers, KNOWN_DIFFERENCES);
    expect(tableInPage('admission-cases.md', table)).toBe(table);
  });
});
