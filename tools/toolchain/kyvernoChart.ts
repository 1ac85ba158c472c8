import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { cacheDirectory } from './cacheDirectory';
import { pinnedModuleVersion } from './goTool';
import { mustRun } from './runCommand';

const FOLDER = 'kyverno';
const KYVERNO = 'github.com/kyverno/kyverno';
/** Definitions of the newer policies, which the chart takes from a chart of their own. */
const API = 'github.com/kyverno/api';
const API_CHART = 'kyverno-api';

/** Charts of other projects, which lie in no Go module; the chart of Kyverno leaves both out unless they are asked for. */
const NOT_TO_BE_HAD = ['openreports', 'reports-server'];

/** The version of Kyverno that the chart installs: the one that the tests run. */
export const KYVERNO_CHART_OF = pinnedModuleVersion(FOLDER, KYVERNO);

/** Directory in the user's cache with the chart as `helm` reads it; `provideKyvernoChart` fills it. */
export function kyvernoChartDirectory(): string {
  const key = [KYVERNO_CHART_OF, pinnedModuleVersion(FOLDER, API), ...NOT_TO_BE_HAD].join(' ');
  return cacheDirectory('charts', `kyverno-${KYVERNO_CHART_OF}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
}

export const hasKyvernoChart = (): boolean => existsSync(kyvernoChartDirectory());

/**
 * Puts the published chart together from the Go modules of Kyverno, which Go checks against our go.sum: the chart, with the chart of the
 * definitions inside, as `helm package` does it.
 */
export async function provideKyvernoChart(): Promise<string> {
  const target = kyvernoChartDirectory();
  if (existsSync(target)) return target;
  const [kyverno, api] = [await moduleDirectory(KYVERNO), await moduleDirectory(API)];
  mkdirSync(path.dirname(target), { recursive: true });
  const scratch = mkdtempSync(`${target}.`);
  try {
    copyFiles(path.join(kyverno, 'charts', 'kyverno'), scratch);
    const apiChart = path.join(scratch, 'charts', API_CHART);
    copyFiles(path.join(api, 'charts', API_CHART), apiChart);
    const wanted = withoutDependencies(path.join(scratch, 'Chart.yaml'), NOT_TO_BE_HAD);
    setVersion(path.join(apiChart, 'Chart.yaml'), wanted(API_CHART));
    renameSync(scratch, target);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two runs may have done the same at once: the first one's directory is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
}

async function moduleDirectory(module: string): Promise<string> {
  const version = pinnedModuleVersion(FOLDER, module);
  const { stdout } = await mustRun('go', ['mod', 'download', '-json', `${module}@v${version}`], {
    cwd: path.join(__dirname, '..', FOLDER),
  });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}

/** The contents only: the module cache is read-only, and so would be a copy of its directories. */
function copyFiles(source: string, target: string): void {
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const copy = path.join(target, path.relative(source, file));
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, readFileSync(file));
  }
}

/** Takes dependencies out of a Chart.yaml; returns what version the others are wanted in. */
function withoutDependencies(file: string, names: readonly string[]): (name: string) => string {
  const chart = parseDocument(readFileSync(file, 'utf8'));
  const dependencies = chart.get('dependencies');
  if (!isSeq(dependencies)) throw new Error(`${file} has no dependencies`);
  dependencies.items = dependencies.items.filter((item) => !(isMap(item) && names.includes(String(item.get('name')))));
  writeFileSync(file, String(chart));
  return (name) => {
    const found = dependencies.items.find((item) => isMap(item) && item.get('name') === name);
    if (!isMap(found)) throw new Error(`${file} does not depend on ${name}`);
    return String(found.get('version'));
  };
}

/** In the repository the chart has a placeholder for its version; Helm drops a dependency of another version without a word. */
function setVersion(file: string, version: string): void {
  const chart = parseDocument(readFileSync(file, 'utf8'));
  chart.set('version', version);
  writeFileSync(file, String(chart));
}
