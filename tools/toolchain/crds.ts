import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cacheDirectory } from './cacheDirectory';
import { pinnedModuleVersion } from './goTool';
import { mustRun } from './runCommand';

/** Custom resource definitions of one project. */
export type CrdSet =
  'cilium' | 'gateway-api' | 'keda' | 'kserve' | 'kserve-llm' | 'kserve-local-models' | 'kuberay' | 'kyverno' | 'prometheus-operator';

interface CrdSource {
  /** Folder under `tools/` whose go.mod and go.sum pin the module. */
  readonly folder: string;
  readonly module: string;
  /** Where the module keeps them; every YAML file in them is read. */
  readonly directories: readonly string[];
}

const pinnedInCrds = (module: string, ...directories: string[]): CrdSource => ({ folder: 'crds', module, directories });

const SOURCES: Readonly<Record<CrdSet, CrdSource>> = {
  cilium: pinnedInCrds('github.com/cilium/cilium', 'pkg/k8s/apis/cilium.io/client/crds/v2'),
  'gateway-api': pinnedInCrds('sigs.k8s.io/gateway-api', 'config/crd/standard'),
  keda: pinnedInCrds('github.com/kedacore/keda/v2', 'config/crd/bases'),
  kserve: pinnedInCrds('github.com/kserve/kserve', 'config/crd/full', 'config/crd/full/clusterstoragecontainer'),
  // Four megabytes, whose schemas keep an API server busy for seconds: apart from the rest.
  'kserve-llm': pinnedInCrds('github.com/kserve/kserve', 'config/crd/full/llmisvc'),
  'kserve-local-models': pinnedInCrds('github.com/kserve/kserve', 'config/crd/full/localmodel'),
  kuberay: pinnedInCrds('github.com/ray-project/kuberay/ray-operator', 'config/crd/bases'),
  'prometheus-operator': pinnedInCrds('github.com/prometheus-operator/prometheus-operator', 'example/prometheus-operator-crd'),
  // The same pin as the Kyverno that we run: its definitions and its binary must not differ.
  kyverno: {
    folder: 'kyverno',
    module: 'github.com/kyverno/kyverno',
    directories: ['kyverno', 'policies.kyverno.io', 'policyreport', 'reports'].map((name) => `config/crds/${name}`),
  },
};

export const CRD_SETS = Object.keys(SOURCES) as readonly CrdSet[];

const toolsDirectory = path.join(__dirname, '..');

/** Version of the module that the definitions come from, without the `v`. */
export const crdVersion = (set: CrdSet): string => pinnedModuleVersion(SOURCES[set].folder, SOURCES[set].module);

/** Directory in the user's cache with one JSON file for each definition; `provideCrds` fills it. */
export function crdDirectory(set: CrdSet): string {
  const { module, directories } = SOURCES[set];
  const hash = createHash('sha256').update(`${module} ${directories.join(' ')}`);
  return cacheDirectory('crds', `${set}-${crdVersion(set)}-${hash.digest('hex').slice(0, 12)}`);
}

export const hasCrds = (set: CrdSet): boolean => existsSync(crdDirectory(set));

/**
 * Takes the definitions out of the published Go module, which Go checks against our go.sum, and keeps them as JSON: the API server reads
 * megabytes of YAML slowly, and so do we.
 */
export async function provideCrds(set: CrdSet): Promise<string> {
  const target = crdDirectory(set);
  if (existsSync(target)) return target;
  const { folder, module, directories } = SOURCES[set];
  const { stdout } = await mustRun('go', ['mod', 'download', '-json', `${module}@v${crdVersion(set)}`], {
    cwd: path.join(toolsDirectory, folder),
  });
  const { Dir: source } = JSON.parse(stdout) as { readonly Dir: string };
  const definitions = directories.flatMap((directory) => readDefinitions(path.join(source, directory)));
  if (definitions.length === 0) throw new Error(`${module} has no custom resource definitions in ${directories.join(', ')}`);
  mkdirSync(path.dirname(target), { recursive: true });
  const scratch = mkdtempSync(`${target}.`);
  try {
    for (const definition of definitions) writeFileSync(path.join(scratch, `${definition.metadata.name}.json`), JSON.stringify(definition));
    renameSync(scratch, target);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two runs may have done the same at once: the first one's directory is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** As much of a CustomResourceDefinition as we read. */
export interface CrdDefinition {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

function readDefinitions(directory: string): readonly CrdDefinition[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(path.join(directory, file), 'utf8')))
    .map((document) => document.toJS() as Partial<CrdDefinition> | null)
    .filter(isDefinition);
}

/** Patches for kustomize lie beside the definitions, with the same kind and name but no versions. */
const isDefinition = (value: Partial<CrdDefinition> | null): value is CrdDefinition =>
  value?.kind === 'CustomResourceDefinition' && value.spec?.versions !== undefined;
