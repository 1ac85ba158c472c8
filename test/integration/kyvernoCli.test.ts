import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GGCR_REGISTRY, KYVERNO_CLI, binaryPath } from '../../tools/toolchain/goTool';
import { runCommand } from '../../tools/toolchain/runCommand';
import { HttpRegistry } from '../support/admission/httpRegistry';
import { writeTrustPolicy } from '../support/admission/trustPolicy';
import { RELEASE_WORKFLOW, Workshop } from '../support/admission/workshop';
import { environment } from '../support/cluster/kyverno';
import { startGgcrRegistry } from '../support/realRegistries';
import type { RealRegistry } from '../support/realRegistries';
import { startLocalSigstore } from '../support/sigstore/startLocalSigstore';
import type { RunningSigstore } from '../support/sigstore/startLocalSigstore';
import { startTufMirror } from '../support/sigstore/tufMirror';
import type { TufMirror } from '../support/sigstore/tufMirror';
import { describeWith } from '../support/tool';

jest.setTimeout(120_000);

const root = path.join(__dirname, '../..');

/** The code blocks of a section of the admission page, in their order. */
function blocksOf(section: string): readonly string[] {
  const page = readFileSync(path.join(root, 'docs', 'admission.md'), 'utf8');
  const [, text = ''] = page.split(`## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** What docs/admission.md says about trying the policies without a cluster, as it stands there. */
describeWith(KYVERNO_CLI, GGCR_REGISTRY)('kyverno apply with the policies of the compiled package', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'kyverno-cli-'));
  const [values = '', commands = ''] = blocksOf('Try it without a cluster');
  let registry: RealRegistry;
  let sigstore: RunningSigstore;
  let tuf: TufMirror;
  const images = { signed: '', unsigned: '', warned: '' };

  beforeAll(async () => {
    registry = await startGgcrRegistry();
    sigstore = await startLocalSigstore();
    tuf = await startTufMirror(sigstore.sigstore.trustedRootJson);
    const workshop = new Workshop(new HttpRegistry(registry.address), sigstore.sigstore);
    const [signed, unsigned, warned] = [
      await workshop.image('keyless/signed', 'v1'),
      await workshop.image('keyless/unsigned'),
      await workshop.image('warn/unsigned'),
    ];
    await workshop.sign(signed, { identity: RELEASE_WORKFLOW });
    Object.assign(images, { signed: signed.reference, unsigned: unsigned.reference, warned: warned.reference });
    writeTrustPolicy(directory, workshop, { tuf, exceptions: [], only: ['keyless', 'warn'] });
    mkdirSync(path.join(directory, 'bin'));
    mkdirSync(path.join(directory, 'node_modules'));
    symlinkSync(binaryPath(KYVERNO_CLI), path.join(directory, 'bin', 'kyverno'));
    symlinkSync(root, path.join(directory, 'node_modules', 'pulumi-model-supply-chain'));
  });
  afterAll(async () => {
    await Promise.all([registry, sigstore, tuf].map((part) => part.stop()));
    rmSync(directory, { recursive: true, force: true });
  });

  const pod = (image: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'server', namespace: 'ml-serving' },
    spec: { containers: [{ name: 'server', image }] },
  });

  /** Runs the commands of the page about a pod with this image. */
  const run = async (image: string, valuesFile = values) => {
    writeFileSync(path.join(directory, 'pods.yaml'), JSON.stringify(pod(image)));
    writeFileSync(path.join(directory, 'values.yaml'), valuesFile);
    const PATH = [path.join(directory, 'bin'), path.dirname(process.execPath), process.env['PATH']].join(path.delimiter);
    return runCommand('/bin/sh', ['-ec', commands], { cwd: directory, env: { ...process.env, ...environment(directory), PATH } });
  };

  it('passes what the release workflow signed', async () => {
    const { code, output } = await run(images.signed);
    expect(output).toMatch(/pass: [1-9]\d*, fail: 0, warn: 0, error: 0/);
    expect(code).toBe(0);
  });

  it('fails what nobody signed, and a tag, in the words of the denial', async () => {
    const unsigned = await run(images.unsigned);
    expect(unsigned).toMatchObject({ code: 1, output: expect.stringContaining(`[unsigned] ${images.unsigned} not signed by`) });
    const tag = await run(`${registry.address}/keyless/signed:v1`);
    expect(tag).toMatchObject({ code: 1, output: expect.stringContaining('[image-unpinned]') });
  });

  it('says so when it looked at nothing', async () => {
    const { code, output } = await run(images.unsigned, values.replace('ml-serving', 'elsewhere'));
    expect(output).toContain('pass: 0, fail: 0');
    expect(code).toBe(3);
  });

  it('counts what is only warned about as failed', async () => {
    expect(await run(images.warned)).toMatchObject({ code: 1, output: expect.stringContaining('[unsigned]') });
  });
});
