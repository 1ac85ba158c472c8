import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPulumiProject, policyPackDirectory, repositoryRoot } from '../../test/support/engine/pulumiProject';
import { RELEASE_WORKFLOW, startSupplyChain } from '../../test/support/supplyChain';
import { build } from '../build';
import { providePulumi } from '../toolchain/pulumiCli';
import { withProgress } from '../toolchain/progress';
import { admission, prepareAdmission, rendering } from './admissionRows';
import { writeEmptyPack } from './emptyPack';
import { watchPackMemory } from './packMemory';
import { timeToPort } from './packStart';
import { hostileRegistries } from './hostileRows';
import type { Row } from './row';
import { servingOverHand } from './servingRow';
import { median, spread } from './statistics';
import { stuffedImages } from './stuffedRows';
import { againstCosign, coldAndWarm, costPerBundle } from './verificationRows';

/** `npm run bench`: figures as ratios or differences within one run, each beside its bar. Never part of the tests. */
const IMAGES = 100;
const LATENCY_MS = 20;
const STARTS = 7;
const PREVIEWS = 3;

async function packStart(emptyPack: string): Promise<Row> {
  const ratios: number[] = [];
  const ours: number[] = [];
  const empty: number[] = [];
  // In turn, so that a slow moment of the machine meets both.
  for (let run = 0; run <= STARTS; run++) {
    const [a, b] = [await timeToPort(policyPackDirectory), await timeToPort(emptyPack)];
    if (run === 0) continue; // warm-up: file cache
    ours.push(a);
    empty.push(b);
    ratios.push(a / b);
  }
  const { min, median: middle, max } = spread(ratios);
  return {
    what: 'start of the pack to its port, against an empty pack',
    figure: `${middle.toFixed(2)} x (${min.toFixed(2)}-${max.toFixed(2)}; ${median(ours).toFixed(2)} s against ${median(empty).toFixed(2)} s)`,
    bar: '<= 1.25 x',
    holds: middle <= 1.25,
  };
}

async function previewOverhead(emptyPack: string): Promise<readonly Row[]> {
  const supplyChain = await startSupplyChain({ latencyMs: LATENCY_MS });
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const project = await openPulumiProject(path.join(repositoryRoot, 'tools', 'bench', 'many-images'));
  try {
    const images = Array.from({ length: IMAGES }, (_, index) => supplyChain.push(`acme/server-${index}`));
    await Promise.all(images.map((image) => supplyChain.sign(image, RELEASE_WORKFLOW)));
    const trustPolicy = supplyChain.writeTrustPolicy(directory);
    const config = { images: JSON.stringify(images.map((image) => image.reference)) };
    const policyConfig = { 'require-verified-image': { trustPolicy } };

    const overheads: number[] = [];
    const peaks: number[] = [];
    let requests = 0;
    for (let run = 0; run < PREVIEWS; run++) {
      supplyChain.registry.clearRequests();
      const stopWatching = watchPackMemory(policyPackDirectory);
      // A cache of its own for every run: what is measured is the first preview.
      const env = { XDG_CACHE_HOME: path.join(directory, `cache-${run}`), XDG_STATE_HOME: path.join(directory, 'state') };
      const ours = await timed(() => project.preview({ config, policyConfig, env }));
      peaks.push(stopWatching() ?? NaN);
      requests = supplyChain.registry.requests.length;
      const empty = await timed(() => project.preview({ config, policyPack: emptyPack }));
      overheads.push(ours - empty);
    }
    const { min, median: middle, max } = spread(overheads);
    const peak = Math.max(...peaks);
    return [
      {
        what: `preview of ${IMAGES} signed images, registry at ${LATENCY_MS} ms, beyond an empty pack`,
        figure: `${middle.toFixed(2)} s (${min.toFixed(2)}-${max.toFixed(2)}; ${(requests / IMAGES).toFixed(1)} requests per image)`,
        bar: '<= 5 s',
        holds: middle <= 5,
      },
      { what: 'peak memory of the pack during it', figure: `${peak.toFixed(0)} MB`, bar: '<= 300 MB', holds: peak <= 300 },
    ];
  } finally {
    project.close();
    await supplyChain.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Seconds of a preview that must pass: a fast failure would look like speed. */
async function timed(preview: () => Promise<{ readonly code: number; readonly output: string }>): Promise<number> {
  const started = performance.now();
  const result = await preview();
  if (result.code !== 0) throw new Error(`the preview failed:\n${result.output}`);
  return (performance.now() - started) / 1000;
}

async function main(): Promise<number> {
  await withProgress('preparing pulumi', providePulumi);
  await withProgress('compiling', build);
  await withProgress('preparing the tools of the cluster', prepareAdmission);
  const emptyPack = writeEmptyPack(repositoryRoot);
  const rows = [
    ...(await withProgress('verifying 100 images x 5 attestations, cold and warm', () => coldAndWarm())),
    await withProgress('verifying 500 bundles', () => costPerBundle()),
    ...(await withProgress('verifying 50 images, and the same with cosign', () => againstCosign())),
    ...(await withProgress('meeting hostile registries', hostileRegistries)),
    ...(await withProgress('meeting images that are stuffed with evidence', stuffedImages)),
    await withProgress(`starting packs, ${STARTS} pairs`, () => packStart(emptyPack)),
    ...(await withProgress(`previewing ${IMAGES} images, ${PREVIEWS} pairs`, () => previewOverhead(emptyPack))),
    await withProgress('previewing 50 ModelServing, and the same by hand', servingOverHand),
    rendering(),
    ...(await withProgress('starting clusters, and admitting pods under ours and under a policy by hand', admission)),
  ];
  console.log('\nMedian of paired runs on this machine:');
  for (const { what, figure, bar, holds } of rows) console.log(`  ${holds ? 'ok  ' : 'MISS'} ${what}: ${figure}, bar ${bar}`);
  return rows.every((row) => row.holds) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
