import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mustRun } from '../../tools/toolchain/runCommand';
import { openPulumiProject, repositoryRoot } from '../support/engine/pulumiProject';
import { startSupplyChain } from '../support/supplyChain';

jest.setTimeout(120_000);

/**
 * A user's project: the packed package in node_modules, the pack used from there. The other packages are links to ours, so this proves the
 * contents of the tarball and the layout, not the versions that npm would choose.
 */
async function installPackage(directory: string): Promise<void> {
  const modules = path.join(directory, 'node_modules');
  const ours = path.join(repositoryRoot, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(ours)) if (!name.startsWith('.')) symlinkSync(path.join(ours, name), path.join(modules, name));
  await mustRun('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: repositoryRoot });
  const [tarball = ''] = readdirSync(directory).filter((file) => file.endsWith('.tgz'));
  const target = path.join(modules, 'pulumi-model-supply-chain');
  mkdirSync(target);
  await mustRun('tar', ['-xzf', path.join(directory, tarball), '-C', target, '--strip-components=1']);
}

describe('the package as a user installs it', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'installed-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('serves a model with the npm import, and its pack blocks from node_modules with the trust policy found beside Pulumi.yaml', async () => {
    const supplyChain = await startSupplyChain();
    await installPackage(directory);
    supplyChain.writeTrustPolicy(directory);
    const [server, model] = [supplyChain.push('acme/server'), supplyChain.push('acme/model')];
    writeFileSync(path.join(directory, 'Pulumi.yaml'), 'name: user\nruntime: nodejs\nmain: index.ts\n');
    writeFileSync(
      path.join(directory, 'index.ts'),
      [
        "import { ModelServing } from 'pulumi-model-supply-chain';",
        `export const { endpoint } = new ModelServing('sentiment', { image: '${server.reference}', model: { reference: '${model.reference}' } });`,
      ].join('\n'),
    );
    const pack = path.join(directory, 'node_modules', 'pulumi-model-supply-chain', 'dist', 'policy-pack');
    expect(existsSync(path.join(pack, 'PulumiPolicy.yaml'))).toBe(true);
    const project = await openPulumiProject(directory);
    try {
      const result = await project.preview({ policyPack: pack });
      expect(result.output).toContain(`REJECTED: ${server.reference} is not signed [unsigned]`);
      expect(result.output).toContain(`REJECTED: ${model.reference} is not signed [unsigned]`);
      // Told at the component, not again at its Deployment.
      expect(result.output.split('[unsigned]')).toHaveLength(3);
      expect(result.code).not.toBe(0);
    } finally {
      project.close();
      await supplyChain.stop();
    }
  });
});

describe('the platform stack of this repository', () => {
  it('previews, with its namespaces', async () => {
    const project = await openPulumiProject(repositoryRoot);
    try {
      const result = await project.preview({ policyPack: null, config: { namespaces: ['ml-serving', 'ml-batch'] } });
      expect(result.output).toContain('pulumi-model-supply-chain:index:ModelNamespace');
      expect(result.output).toContain('kubernetes:core/v1:Namespace');
      expect(result.code).toBe(0);
    } finally {
      project.close();
    }
  });
});
