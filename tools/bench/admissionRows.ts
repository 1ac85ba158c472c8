import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelAdmissionManifests } from '../../components/admission/manifests';
import { modelAdmissionSettings } from '../../components/admission/settings';
import { ALL_SIGNED, BesideOurs } from '../../test/support/admission/besideOurs';
import { enforce, untilRefused } from '../../test/support/admission/lab';
import { NAMESPACE } from '../../test/support/admission/manifests';
import { RELEASE_SUBJECT, RELEASE_WORKFLOW } from '../../test/support/admission/workshop';
import { ADMISSION_TOOLS, startAdmissionRig } from '../../test/support/cluster/admissionRig';
import type { AdmissionRig } from '../../test/support/cluster/admissionRig';
import type { Manifest } from '../../test/support/cluster/apiClient';
import { controlPlaneTools } from '../../test/support/cluster/controlPlane';
import { provideCrds } from '../toolchain/crds';
import { buildGoTool } from '../toolchain/goTool';
import type { Row } from './row';
import { median, spread } from './statistics';

const POLICIES = 100;
const RENDERINGS = 15;
const RIGS = 2;
const IMAGES = 4;
const PAIRS = 25;
const BY_HAND = 'by-hand';

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
const since = (started: number): number => performance.now() - started;

/** The tools of the cluster, before anything is measured. */
export async function prepareAdmission(): Promise<void> {
  for (const tool of [...controlPlaneTools(), ...ADMISSION_TOOLS]) await buildGoTool(tool);
  await provideCrds('kyverno');
}

/** Reading a trust policy with many policies and rendering what the cluster holds of it. */
export function rendering(): Row {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-rendering-'));
  try {
    const trustPolicy = path.join(directory, 'trust-policy.yaml');
    const policies = Array.from({ length: POLICIES }, (_, index) => ({
      name: `team-${index}`,
      images: [`ghcr.io/acme/team-${index}/**`],
      authorities: [{ name: 'release', keyless: { identities: [{ ...RELEASE_SUBJECT, anyCaller: true }] } }],
      attestations: [{ name: 'sbom', sbom: { formats: ['cyclonedx', 'spdx'], minComponents: 2, maxAge: '30d' } }],
    }));
    writeFileSync(trustPolicy, JSON.stringify({ apiVersion: 'model-supply-chain/v1alpha1', kind: 'TrustPolicy', policies }));
    const times: number[] = [];
    for (let run = 0; run <= RENDERINGS; run++) {
      const started = performance.now();
      const { policies: objects } = modelAdmissionManifests(modelAdmissionSettings('models', { trustPolicy }));
      const taken = since(started);
      if (!JSON.stringify(objects).includes(`team-${POLICIES - 1}`)) throw new Error('a policy is missing from what was rendered');
      if (run > 0) times.push(taken); // the first one loads and compiles
    }
    const { min, median: middle, max } = spread(times);
    return {
      what: `reading and rendering a trust policy of ${POLICIES} policies for admission`,
      figure: `${milliseconds(middle)} (${min.toFixed(0)}-${max.toFixed(0)})`,
      bar: '<= 200 ms',
      holds: middle <= 200,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The rig from nothing to its first verdict, several times; the last one then judges pods under ours and under a policy by hand. */
export async function admission(): Promise<readonly Row[]> {
  const starts: number[] = [];
  for (let run = 1; ; run++) {
    const started = performance.now();
    const rig = await startAdmissionRig();
    try {
      const lab = await BesideOurs.prepare(rig);
      // Refused by Kyverno: the first verdict.
      await lab.putInForce(BY_HAND, { validations: [{ expression: ALL_SIGNED, message: 'not signed' }] });
      starts.push(since(started) / 1000);
      if (run < RIGS) continue;
      await enforce(rig.cluster, onePolicy(rig, lab));
      await untilRefused(rig.cluster, lab.pod(NAMESPACE, lab.unsigned.reference), '[unsigned]');
      await untilRefused(rig.cluster, lab.pod(NAMESPACE, 'nginx'), '[image-not-covered]');
      const { min, median: middle, max } = spread(starts);
      return [
        {
          what: 'cluster of the tests, from nothing to the first verdict',
          figure: `${middle.toFixed(1)} s (${min.toFixed(1)}-${max.toFixed(1)})`,
          bar: '<= 30 s',
          holds: middle <= 30,
        },
        ...(await pods(rig, lab)),
      ];
    } finally {
      await rig.stop();
    }
  }
}

/** A trust policy that says what the policy by hand says; returns its path. */
function onePolicy({ registry, tuf }: AdmissionRig, lab: BesideOurs): string {
  const file = path.join(path.dirname(lab.trustPolicy), 'one-policy.yaml');
  const policies = [
    {
      name: 'models',
      images: [`${registry.address}/**`],
      authorities: [{ name: 'release', keyless: { identities: [{ ...RELEASE_SUBJECT, anyCaller: true }] } }],
    },
  ];
  const trustRoots = [{ name: 'local', tuf: { url: tuf.url, root: 'root.json' } }];
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: 'model-supply-chain/v1alpha1', kind: 'TrustPolicy', unmatchedImages: 'deny', trustRoots, policies }),
  );
  return file;
}

async function pods(rig: AdmissionRig, lab: BesideOurs): Promise<readonly Row[]> {
  const images: string[] = [];
  for (let index = 0; index < IMAGES; index++) {
    const image = await lab.workshop.image(`keyless/bench-${index}`);
    await lab.workshop.sign(image, { identity: RELEASE_WORKFLOW });
    images.push(image.reference);
  }
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  const pod = (namespace: string): Manifest => ({ ...lab.pod(namespace, ''), spec: { containers } });
  const admitted = async (namespace: string): Promise<number> => {
    const started = performance.now();
    const { ok, message } = await rig.cluster.dryRun(pod(namespace));
    const taken = since(started);
    // A refusal may be fast.
    if (!ok) throw new Error(`the pod in ${namespace} is refused: ${message}`);
    return taken;
  };
  const ours: number[] = [];
  const byHand: number[] = [];
  const ratios: number[] = [];
  for (let run = 0; run <= PAIRS; run++) {
    // In turn, each first every other time, so that neither finds what the other warmed.
    const [first, second] = run % 2 === 0 ? [NAMESPACE, BY_HAND] : [BY_HAND, NAMESPACE];
    const taken = { [first]: await admitted(first), [second]: await admitted(second) };
    const [a, b] = [taken[NAMESPACE] ?? NaN, taken[BY_HAND] ?? NaN];
    if (run === 0) continue; // warm-up
    ours.push(a);
    byHand.push(b);
    ratios.push(a / b);
  }
  await lab.putOursInForce();
  const crowded: number[] = [];
  for (let run = 0; run <= PAIRS; run++) crowded.push(await admitted(NAMESPACE));
  const [own, many] = [spread(ours), spread(crowded.slice(1))];
  const ratio = spread(ratios);
  return [
    {
      what: `admission of a pod with ${IMAGES} signed images`,
      figure: `${milliseconds(own.median)} (${own.min.toFixed(0)}-${own.max.toFixed(0)})`,
      bar: '<= 800 ms',
      holds: own.median <= 800,
    },
    {
      what: 'the same against a policy of Kyverno written by hand',
      figure: `${ratio.median.toFixed(2)} x (${ratio.min.toFixed(2)}-${ratio.max.toFixed(2)}; by hand ${milliseconds(median(byHand))})`,
      bar: '<= 1.1 x',
      holds: ratio.median <= 1.1,
    },
    {
      what: `the same pod under a trust policy of ${policyCount(lab)} policies`,
      figure: `${milliseconds(many.median)} (${many.min.toFixed(0)}-${many.max.toFixed(0)})`,
      bar: '<= 800 ms',
      holds: many.median <= 800,
    },
  ];
}

const policyCount = ({ trustPolicy }: BesideOurs): number =>
  (JSON.parse(readFileSync(trustPolicy, 'utf8')) as { readonly policies: readonly object[] }).policies.length;
