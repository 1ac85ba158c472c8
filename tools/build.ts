import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleVerification } from './bundle';
import { mustRun } from './toolchain/runCommand';

const root = path.join(__dirname, '..');

/**
 * Compiles the package to `dist/` (CommonJS with types), bundles the verification core, and completes the policy pack: a directory with
 * PulumiPolicy.yaml, package.json and compiled JavaScript, ready for `pulumi preview --policy-pack node_modules/pulumi-model-supply-chain/dist/policy-pack`.
 */
export async function build(): Promise<void> {
  const dist = path.join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  await mustRun(process.execPath, [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
  });
  await bundleVerification(dist);
  const pack = path.join(dist, 'policy-pack');
  mkdirSync(pack, { recursive: true });
  cpSync(path.join(root, 'policy-pack', 'PulumiPolicy.yaml'), path.join(pack, 'PulumiPolicy.yaml'));
  chmodSync(path.join(pack, 'run.js'), 0o755);
  // The policy SDK refuses a pack without a version of its own.
  const { version } = readJson('package.json');
  const packManifest = { name: 'model-supply-chain-policy-pack', version, ...readJson('policy-pack/package.json') };
  writeFileSync(path.join(pack, 'package.json'), `${JSON.stringify(packManifest, undefined, 2)}\n`);
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, unknown>;
}

if (require.main === module) {
  build().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
