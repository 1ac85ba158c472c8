import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelServingManifests } from '../../components/serving/manifests';
import { modelServingSettings } from '../../components/serving/settings';
import type { ModelServingArgs } from '../../components/serving/args';
import { openPulumiProject, repositoryRoot } from '../../test/support/engine/pulumiProject';
import type { PulumiProject } from '../../test/support/engine/pulumiProject';
import type { Row } from './row';
import { median, spread } from './statistics';

const SERVERS = 50;
const PAIRS = 3;

/** A preview of many ModelServing, and of the very same Kubernetes resources without the component; neither with a pack. */
export async function servingOverHand(): Promise<Row> {
  const args = Object.fromEntries(Array.from({ length: SERVERS }, (_, index) => [`model-${index}`, servingArgs(index)]));
  const manifests = Object.fromEntries(
    Object.entries(args).map(([name, its]) => [name, modelServingManifests(name, modelServingSettings(name, its))]),
  );
  // In files: Linux takes no variable as long as this configuration.
  const scratch = mkdtempSync(path.join(tmpdir(), 'bench-serving-'));
  const written = (name: string, servers: object) => {
    const file = path.join(scratch, name);
    writeFileSync(file, JSON.stringify(servers));
    return file;
  };
  const [argsFile, manifestsFile] = [written('args.json', args), written('manifests.json', manifests)];
  const programs = path.join(repositoryRoot, 'tools', 'bench', 'many-servers');
  const component = await openPulumiProject(path.join(programs, 'component'));
  const byHand = await openPulumiProject(path.join(programs, 'by-hand'));
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    const differences: number[] = [];
    for (let run = 0; run <= PAIRS; run++) {
      // The component itself is a resource of the engine too.
      const a = await secondsOf(component, argsFile, 5 * SERVERS);
      const b = await secondsOf(byHand, manifestsFile, 4 * SERVERS);
      if (run === 0) continue; // warm-up: file cache
      ours.push(a);
      theirs.push(b);
      differences.push(a - b);
    }
    const { min, median: middle, max } = spread(differences);
    return {
      what: `preview of ${SERVERS} ModelServing, beyond the same resources written by hand`,
      figure: `${middle.toFixed(2)} s (${min.toFixed(2)}-${max.toFixed(2)}; ${median(ours).toFixed(2)} s against ${median(theirs).toFixed(2)} s)`,
      bar: '<= 1.5 s',
      holds: middle <= 1.5,
    };
  } finally {
    component.close();
    byHand.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function servingArgs(index: number): ModelServingArgs {
  const digest = `sha256:${index.toString(16).padStart(64, '0')}`;
  return {
    server: 'vllm',
    image: `ghcr.io/acme/ml-models/vllm@${digest}`,
    model: { reference: `ghcr.io/acme/ml-models/model-${index}@${digest}` },
    gpu: { count: 1 },
  };
}

/** Seconds of a preview that plans this many resources: one that fails, or leaves some out, would look like speed. */
async function secondsOf(project: PulumiProject, servers: string, resources: number): Promise<number> {
  const started = performance.now();
  const { code, output } = await project.preview({ config: { servers }, policyPack: null });
  const seconds = (performance.now() - started) / 1000;
  // And the stack.
  if (code !== 0 || !output.includes(`+ ${resources + 1} to create`))
    throw new Error(`the preview is not that of ${resources} resources:\n${output}`);
  return seconds;
}
