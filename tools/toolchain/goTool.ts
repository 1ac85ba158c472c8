import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from './cacheDirectory';
import { mustRun, runCommand } from './runCommand';

/** A real tool built from its published Go module, pinned by a small module of its own under `tools/`. */
export interface GoTool {
  readonly name: string;
  /** Folder under `tools/` that holds go.mod and go.sum. */
  readonly module: string;
  /** Package to build. */
  readonly package: string;
  /** Module whose version is the tool's version. */
  readonly versionOf: string;
  /** Linker flags that set the version string, given the version without `v`. */
  readonly ldflags?: (version: string) => string;
}

export const PULUMI: GoTool = {
  name: 'pulumi',
  module: 'pulumi',
  package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
  versionOf: 'github.com/pulumi/pulumi/pkg/v3',
  ldflags: (version) => `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
};
export const COSIGN: GoTool = {
  name: 'cosign',
  module: 'cosign',
  package: 'github.com/sigstore/cosign/v3/cmd/cosign',
  versionOf: 'github.com/sigstore/cosign/v3',
};
/** CNCF distribution, the reference registry; it has no referrers API, so clients fall back to tags. */
export const DISTRIBUTION: GoTool = {
  name: 'registry',
  module: 'distribution',
  package: 'github.com/distribution/distribution/v3/cmd/registry',
  versionOf: 'github.com/distribution/distribution/v3',
};
/** go-containerregistry's registry with the referrers API switched on. */
export const GGCR_REGISTRY: GoTool = {
  name: 'ggcr-registry',
  module: 'ggcr-registry',
  package: '.',
  versionOf: 'github.com/google/go-containerregistry',
};
/** The library of Pod Security Admission, asked pod by pod. */
export const POD_SECURITY: GoTool = {
  name: 'pod-security',
  module: 'pod-security',
  package: '.',
  versionOf: 'k8s.io/pod-security-admission',
};
export const ETCD: GoTool = {
  name: 'etcd',
  module: 'etcd',
  package: 'go.etcd.io/etcd/server/v3',
  versionOf: 'go.etcd.io/etcd/server/v3',
};
/** The API server that most clusters run today: Kyverno's own newest supported version. */
export const KUBE_APISERVER: GoTool = {
  name: 'kube-apiserver',
  module: 'kube-apiserver',
  package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  versionOf: 'k8s.io/kubernetes',
  ldflags: kubernetesVersion,
};
/** The newest API server that is published as a Go module: what clusters will run next. */
export const KUBE_APISERVER_NEWEST: GoTool = { ...KUBE_APISERVER, module: 'kube-apiserver-newest' };

/** Kyverno's admission controller, which runs outside of a cluster as well. */
export const KYVERNO: GoTool = {
  name: 'kyverno',
  module: 'kyverno',
  package: 'github.com/kyverno/kyverno/cmd/kyverno',
  versionOf: 'github.com/kyverno/kyverno',
  ldflags: (version) => `-X github.com/kyverno/kyverno/pkg/version.BuildVersion=v${version}`,
};
/** The controller of Kyverno that scans what runs and writes policy reports. */
export const KYVERNO_REPORTS: GoTool = {
  ...KYVERNO,
  name: 'kyverno-reports-controller',
  package: 'github.com/kyverno/kyverno/cmd/reports-controller',
};
/** Kyverno's command line: the verdict of policies on manifests, without a cluster. */
export const KYVERNO_CLI: GoTool = { ...KYVERNO, name: 'kubectl-kyverno', package: 'github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno' };

/** Renders charts as `k8s.helm.v3.Release` does: the provider of Pulumi has the library of Helm 3 inside. */
export const HELM: GoTool = { name: 'helm', module: 'helm', package: 'helm.sh/helm/v3/cmd/helm', versionOf: 'helm.sh/helm/v3' };

/** Sigstore's policy-controller, the other backend of ModelAdmission; its command is called `webhook`. */
export const POLICY_CONTROLLER: GoTool = {
  name: 'policy-controller',
  module: 'policy-controller',
  package: 'github.com/sigstore/policy-controller/cmd/webhook',
  versionOf: 'github.com/sigstore/policy-controller',
};

/** Without these the API server calls itself v0.0.0, and Pod Security takes `latest` to mean that. */
function kubernetesVersion(version: string): string {
  const [major, minor] = version.split('.');
  const set = (name: string, value: string | undefined) => `-X k8s.io/component-base/version.${name}=${value ?? ''}`;
  return [set('gitVersion', `v${version}`), set('gitMajor', major), set('gitMinor', minor)].join(' ');
}

const toolsDirectory = path.join(__dirname, '..');

/** The version of a module that `tools/FOLDER/go.mod` pins, without the `v`. */
export function pinnedModuleVersion(folder: string, module: string): string {
  const goMod = readFileSync(path.join(toolsDirectory, folder, 'go.mod'), 'utf8');
  const lines = goMod.split('\n').map((line) => line.trim().replace(/^require /, ''));
  const version = lines.find((line) => line.startsWith(`${module} v`))?.split(' ')[1];
  if (version === undefined) throw new Error(`tools/${folder}/go.mod does not require ${module}`);
  return version.slice(1);
}

/** The version that the tool's go.mod pins, without the `v`. */
export const pinnedVersion = (tool: GoTool): string => pinnedModuleVersion(tool.module, tool.versionOf);

/** Path of the built binary in the user's cache: keyed by name, version and everything that goes into the build. */
export function binaryPath(tool: GoTool): string {
  const directory = path.join(toolsDirectory, tool.module);
  const hash = createHash('sha256');
  for (const file of readdirSync(directory).sort()) hash.update(file).update(readFileSync(path.join(directory, file)));
  const version = pinnedVersion(tool);
  hash.update(tool.ldflags?.(version) ?? '').update(`${process.platform}/${process.arch}`);
  return cacheDirectory('tools', `${tool.name}-${version}-${hash.digest('hex').slice(0, 12)}`, tool.name);
}

export const isBuilt = (tool: GoTool): boolean => existsSync(binaryPath(tool));

/** `go version`, or undefined when there is no Go on this machine. */
export async function goVersion(): Promise<string | undefined> {
  try {
    const result = await runCommand('go', ['version']);
    return result.code === 0 ? result.stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Builds the tool unless the cache has it; a binary appears in the cache only when it is complete. */
export async function buildGoTool(tool: GoTool): Promise<string> {
  const target = binaryPath(tool);
  if (existsSync(target)) return target;
  const directory = path.dirname(target);
  mkdirSync(path.dirname(directory), { recursive: true });
  const scratch = mkdtempSync(`${directory}.`);
  try {
    const ldflags = ['-s', '-w', tool.ldflags?.(pinnedVersion(tool)) ?? ''].join(' ').trim();
    await mustRun('go', ['build', '-trimpath', '-ldflags', ldflags, '-o', path.join(scratch, tool.name), tool.package], {
      cwd: path.join(toolsDirectory, tool.module),
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    rmSync(directory, { recursive: true, force: true });
    renameSync(scratch, directory);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two runs may have built the same tool at once: the first one's binary is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
}
