import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../tools/toolchain/runCommand';
import { openPulumiProject, policyPackDirectory, repositoryRoot } from '../support/engine/pulumiProject';
import type { PreviewOptions, PulumiProject } from '../support/engine/pulumiProject';
import { writeProject, writeStrength } from '../support/engine/strictAndLax';
import type { Strength } from '../support/engine/strictAndLax';

jest.setTimeout(120_000);

/**
 * Which trust policy decides under the real engine, in the ways in which people call it. The scenarios over made-up processes are in
 * test/unit/policy-pack/project; here stand those that only the engine can prove.
 */
describe('the trust policy that decides', () => {
  const world = realpathSync(mkdtempSync(path.join(tmpdir(), 'engine-which-')));
  const at = (...parts: readonly string[]) => path.join(world, ...parts);
  let project: PulumiProject;

  beforeAll(async () => {
    mkdirSync(at('.git'));
    writeProject(at('infra'));
    project = await openPulumiProject(at('infra'));
  });
  afterAll(() => {
    project.close();
    rmSync(world, { recursive: true, force: true });
  });

  /** Policies of a test; they go again after it. */
  const written: string[] = [];
  const write = (directory: string, strength: Strength): string => {
    const file = writeStrength(directory, strength);
    written.push(file);
    return file;
  };
  afterEach(() => written.splice(0).forEach((file) => rmSync(file)));

  /** What a run says about the policy, under Diagnostics. */
  const lineOf = (file: string) => `\n    trust policy: ${file}, sha256:`;
  const times = (text: string, part: string) => text.split(part).length - 1;

  async function strictDecides(directory: string, elsewhere: string, options: PreviewOptions): Promise<void> {
    const [strict, lax] = [write(directory, 'strict'), write(elsewhere, 'lax')];
    const result = await project.preview(options);
    expect(result.output).toContain('[image-not-covered]');
    expect(times(result.output, lineOf(strict))).toBe(1);
    expect(result.output).toContain('[trust-policy-unused]');
    expect(result.output).toContain(`not used: ${lax}`);
    expect(result.code).not.toBe(0);
  }

  it('is the project’s with -C from above, and an older one stays unused in words', async () => {
    await strictDecides(at('infra'), world, { cwd: world, globalArgs: ['-C', 'infra'], env: { PWD: world } });
  });

  it('is the lax one of the project too, when the strict one is in the directory of the shell', async () => {
    const [lax] = [write(at('infra'), 'lax'), write(world, 'strict')];
    const result = await project.preview({ cwd: world, globalArgs: ['--cwd', 'infra'], env: { PWD: world } });
    expect(result.output).toContain(lineOf(lax));
    expect(result.code).toBe(0);
  });

  it('is that of the right copy of two with one name', async () => {
    writeProject(at('prod'));
    await strictDecides(at('prod'), at('infra'), { cwd: at('infra'), globalArgs: ['-C', '../prod'], env: { PWD: at('infra') } });
  });

  it('is the project’s with main: src/, a wrapper that sets PWD, and pulumi called in a sub-directory through a link', async () => {
    writeProject(at('with-main'), { main: 'src/' });
    mkdirSync(at('with-main', 'deep'));
    symlinkSync(at('with-main'), at('linked'));
    await strictDecides(at('with-main'), at('infra'), { cwd: at('linked', 'deep'), env: { PWD: at('infra') } });
  });

  it('is the project’s for a pack that is an executable file, beside a second pack', async () => {
    writeProject(at('executable'), { main: 'src/' });
    const run = path.join(policyPackDirectory, 'run.js');
    const options = {
      cwd: world,
      globalArgs: ['-C', 'executable'],
      env: { PWD: world },
      policyPack: run,
      furtherPacks: [policyPackDirectory],
    };
    const [strict] = [write(at('executable'), 'strict'), write(world, 'lax')];
    const result = await project.preview(options);
    expect(times(result.output, '[image-not-covered]')).toBe(2);
    expect(result.output).toContain(lineOf(strict));
    expect(result.code).not.toBe(0);
  });

  it('is said by the preview and by the update of `up`, which creates nothing against it', async () => {
    const strict = write(at('infra'), 'strict');
    write(world, 'lax');
    const call = { cwd: world, globalArgs: ['-C', 'infra'], env: { PWD: world } };
    const refused = await project.up({ ...call, upArgs: ['--skip-preview'] });
    expect(refused.output).toContain('[image-not-covered]');
    expect(refused.code).not.toBe(0);
    expect(project.created.some((urn) => urn.endsWith('::strange'))).toBe(false);
    writeStrength(at('infra'), 'lax');
    const passed = await project.up(call);
    expect(times(passed.output, lineOf(strict))).toBe(2);
    expect(passed.code).toBe(0);
    expect(project.created.some((urn) => urn.endsWith('::strange'))).toBe(true);
  });

  describe('by the Automation API', () => {
    /** A program of one's own that runs Pulumi, as pulumi/actions is one. */
    async function automation(stack: string, how: 'preview' | 'up') {
      const caller = at('caller');
      mkdirSync(caller, { recursive: true });
      if (!written.includes(path.join(caller, 'node_modules')))
        symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(caller, 'node_modules'));
      written.push(path.join(caller, 'node_modules'));
      writeFileSync(
        path.join(caller, 'run.cjs'),
        `const pulumi = require('@pulumi/pulumi');
         const { LocalWorkspace } = require('@pulumi/pulumi/automation');
         const inline = { projectName: 'inline', program: async () => {
           new pulumi.CustomResource('kubernetes:core/v1:Pod', 'strange', { spec: { containers: [{ name: 'server', image: 'registry.test/x@sha256:${'ab'.repeat(32)}' }] } });
         } };
         const show = (text) => process.stdout.write(text);
         LocalWorkspace.createOrSelectStack({ stackName: 'auto', ...(${stack}) })
           .then((stack) => stack.${how}({ onOutput: show, onError: show, policyPacks: [${JSON.stringify(policyPackDirectory)}] }))
           .then(() => show('THE RUN PASSED'), (error) => { show(String(error)); process.exitCode = 1; });`,
      );
      const env: NodeJS.ProcessEnv = { ...process.env, ...project.env, PWD: caller };
      env['PATH'] = [path.dirname(project.cli.path), process.env['PATH']].join(path.delimiter);
      return runCommand(process.execPath, ['run.cjs'], { cwd: caller, env, timeoutMs: 100_000 });
    }

    it.each(['preview', 'up'] as const)('is that of workDir: %s', async (how) => {
      const [strict] = [write(at('infra'), 'strict'), write(at('caller'), 'lax')];
      const result = await automation(`{ workDir: ${JSON.stringify(at('infra'))} }`, how);
      expect(result.output).toContain(lineOf(strict));
      expect(result.output).toContain('[image-not-covered]');
      expect(result.output).not.toContain('THE RUN PASSED');
    });

    it('is that of the calling program for an inline program', async () => {
      const strict = write(at('caller'), 'strict');
      const result = await automation('inline', 'preview');
      expect(result.output).toContain(lineOf(strict));
      expect(result.output).toContain('[image-not-covered]');
    });
  });

  describe('under `pulumi policy analyze`', () => {
    const analyze = async (cwd: string) => {
      const file = at('state.json');
      const urn = 'urn:pulumi:dev::infra::kubernetes:core/v1:Pod::strange';
      const pod = {
        urn,
        custom: false,
        type: 'kubernetes:core/v1:Pod',
        inputs: { spec: { containers: [{ name: 'x', image: `registry.test/x@sha256:${'ab'.repeat(32)}` }] } },
      };
      writeFileSync(
        file,
        JSON.stringify({
          version: 3,
          deployment: { manifest: { time: '2026-12-01T00:00:00Z', magic: '', version: '' }, resources: [pod] },
        }),
      );
      const args = ['policy', 'analyze', '--policy-pack', policyPackDirectory, '--file', file, '--non-interactive', '--color=never'];
      return runCommand(project.cli.path, args, { cwd, env: { ...process.env, ...project.env, PWD: world }, timeoutMs: 60_000 });
    };

    it('is the project’s in a sub-directory of it', async () => {
      write(at('infra'), 'strict');
      write(world, 'lax');
      mkdirSync(at('infra', 'deep'));
      const result = await analyze(at('infra', 'deep'));
      expect(result.output).toContain(`trust policy: ${at('infra', 'trust-policy.yaml')}, sha256:`);
      expect(result.output).toContain('[image-not-covered]');
      expect(result.code).not.toBe(0);
    });

    it('is none elsewhere, although PWD leads to one', async () => {
      write(world, 'lax');
      const result = await analyze(world);
      expect(result.output).toContain('[project-directory-unknown]');
      expect(result.code).not.toBe(0);
    });
  });
});
