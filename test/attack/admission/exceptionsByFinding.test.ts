import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeExceptionCases } from '../../support/admission/exceptionCases';
import type { ExceptionCase } from '../../support/admission/exceptionCases';
import { HttpRegistry } from '../../support/admission/httpRegistry';
import { enforce, labDirectory, untilRefused } from '../../support/admission/lab';
import { WORKLOADS } from '../../support/admission/manifests';
import { Preview, codesIn } from '../../support/admission/preview';
import { writeTrustPolicy } from '../../support/admission/trustPolicy';
import { Workshop } from '../../support/admission/workshop';
import { attempt } from '../../support/attack/attempt';
import { ADMISSION_TOOLS, startAdmissionRig } from '../../support/cluster/admissionRig';
import type { AdmissionRig } from '../../support/cluster/admissionRig';
import { describeCluster } from '../../support/cluster/describeCluster';

interface Answered extends Pick<ExceptionCase, 'policy' | 'artifact' | 'names'> {
  readonly preview: boolean;
  readonly cluster: boolean;
  readonly codes: readonly string[];
}

/** Admitted although the preview rejects: Kyverno cannot see these signatures at all, so they are taken for none (`previewOnly`). */
const UNSEEN: readonly string[] = [
  'keyless | signature of another image attached | the whole policy',
  'keyless | signature of another image attached | unsigned',
  'keyless | signature of another image attached | unsigned, attestation-missing',
];

describeCluster({ crds: ['kyverno'] }, ...ADMISSION_TOOLS)('exceptions by finding', () => {
  let rig: AdmissionRig;
  const answers: Answered[] = [];

  beforeAll(async () => {
    rig = await startAdmissionRig();
    const { cluster, tuf } = rig;
    const workshop = new Workshop(new HttpRegistry(rig.registry.address), rig.sigstore.sigstore);
    const { cases, exceptions } = await makeExceptionCases(workshop);
    const only = ['keyless', 'key', 'two', 'custom'];
    const trustPolicy = writeTrustPolicy(labDirectory(cluster.directory), workshop, { tuf, exceptions, only });
    await enforce(cluster, trustPolicy);
    const plain = await workshop.image('keyless/plain', 'v1');
    await untilRefused(cluster, WORKLOADS['Pod']!(plain.reference, '').manifest, '[unsigned]');
    process.env['XDG_CACHE_HOME'] = mkdtempSync(path.join(tmpdir(), 'verification-cache-'));
    const preview = new Preview(trustPolicy);
    for (const { policy, artifact, names, object } of cases) {
      const { admits } = await preview.judge(object);
      const { ok, message } = await cluster.dryRun(object.manifest);
      answers.push({ policy, artifact, names, preview: admits, cluster: ok, codes: codesIn(message) });
    }
  }, 900_000);
  afterAll(() => rig.stop());

  const keyOf = ({ policy, artifact, names }: Answered) => `${policy} | ${artifact} | ${names}`;

  it('never let an image run in the cluster that the preview rejects, but for signatures that Kyverno cannot see', () => {
    expect(answers.filter(({ cluster, preview }) => cluster && !preview).map(keyOf)).toEqual(UNSEEN);
  });

  it('are held alike, or more strictly where the cluster cannot separate findings', () => {
    const both = answers.filter(({ cluster, preview }) => cluster && preview).map(keyOf);
    expect(both).toEqual(
      expect.arrayContaining([
        'keyless | unsigned | the whole policy',
        'keyless | unsigned | unsigned',
        'keyless | signed by a fork | identity-mismatch',
        'keyless | attested, not signed | attestation-is-not-signature',
        'key | signed with another key | the whole policy',
        'two | signed | signature-threshold-not-met',
        'custom | signed | attestation-missing',
        'custom | unsigned | unsigned, attestation-missing',
      ]),
    );
    const stricter = answers.filter(({ cluster, preview }) => !cluster && preview).map(keyOf);
    expect(stricter).toEqual([
      // Under keys alone a signature by another key looks like none, and what an attestation says wrong is one answer.
      'key | unsigned | unsigned',
      'key | unsigned | unsigned, attestation-missing',
      'key | signed with another key | signature-invalid',
      'custom | rejected | attestation-field-mismatch',
    ]);
  });

  const answerFor = (artifact: string, names: string) => {
    const found = answers.find((answer) => answer.policy === 'custom' && answer.artifact === artifact && answer.names === names);
    if (found === undefined) throw new Error(`no case ${artifact} | ${names}`);
    return Promise.resolve({ outcome: found.cluster ? ('admitted' as const) : ('denied' as const), codes: found.codes });
  };
  attempt('runs an image without its attestation under an exception for unsigned', {
    attacker: 'may push to the registry, and is under an exception for unsigned',
    control: () => answerFor('unsigned', 'unsigned, attestation-missing'),
    attack: () => answerFor('unsigned', 'unsigned'),
    expected: { outcome: 'denied', code: 'attestation-missing' },
  });
  attempt('runs an image signed by a fork under an exception for the whole policy', {
    attacker: 'may push to the registry, and is under an exception',
    control: () =>
      Promise.resolve(answers.find((answer) => keyOf(answer) === 'keyless | signed by a fork | identity-mismatch')).then((found) => ({
        outcome: found?.cluster === true ? 'admitted' : 'denied',
        codes: [],
      })),
    attack: () =>
      Promise.resolve(answers.find((answer) => keyOf(answer) === 'keyless | signed by a fork | the whole policy')).then((found) => ({
        outcome: found?.cluster === false ? 'denied' : 'admitted',
        codes: found?.codes ?? [],
      })),
    expected: { outcome: 'denied', code: 'identity-mismatch' },
  });
});
