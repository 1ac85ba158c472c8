import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { HELM, binaryPath } from '../../../tools/toolchain/goTool';
import { kyvernoChartDirectory } from '../../../tools/toolchain/kyvernoChart';
import { mustRun } from '../../../tools/toolchain/runCommand';
import type { Manifest } from '../cluster/apiClient';

/** What a chart comes to. */
export interface RenderedChart {
  /** Objects that stay. */
  readonly objects: readonly Manifest[];
  /** Objects that Helm makes at certain moments and removes again: jobs after upgrades, tests. */
  readonly hooks: readonly Manifest[];
}

/** Renders Kyverno's chart by the real Helm, as a release of that name in that namespace. */
export async function renderKyvernoChart(values: object, namespace = 'kyverno'): Promise<RenderedChart> {
  const home = mkdtempSync(path.join(tmpdir(), 'helm-'));
  try {
    const file = path.join(home, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const { stdout } = await mustRun(
      binaryPath(HELM),
      // By itself Helm takes the cluster to be as old as its client library was.
      ['template', 'kyverno', kyvernoChartDirectory(), '--namespace', namespace, '--kube-version', '1.35.4', '--values', file],
      { env: { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home } },
    );
    const rendered = parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
    const isHook = ({ metadata }: Manifest) => metadata.annotations?.['helm.sh/hook'] !== undefined;
    return { objects: rendered.filter((object) => !isHook(object)), hooks: rendered.filter(isHook) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The chart's own values. */
export const kyvernoChartDefaults = (): unknown => parse(readFileSync(path.join(kyvernoChartDirectory(), 'values.yaml'), 'utf8'));

/** As much of a container as tests read. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
}

/** As much of a pod as tests read. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly [field: string]: unknown;
  };
}

/** Deployments and jobs by name, with their pods. */
export function podTemplates(objects: readonly Manifest[]): ReadonlyMap<string, PodTemplate> {
  const templated = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
  return new Map(
    templated.map(({ metadata, spec }) => [metadata.name ?? '', (spec as { readonly template: PodTemplate }).template] as const),
  );
}

/** `--name=value` of a container, by name. @throws when a flag is given twice, since the last one would win unseen */
export function flagsOf({ name, args = [] }: Container): ReadonlyMap<string, string> {
  const flags = args.map((argument) => /^--([^=]+)(?:=(.*))?$/s.exec(argument)).flatMap((found) => (found ? [found] : []));
  const byName = new Map(flags.map(([, flag = '', value = 'true']) => [flag, value]));
  if (byName.size !== args.length) throw new Error(`${name} has arguments that are given twice, or are no flags: ${args.join(' ')}`);
  return byName;
}
