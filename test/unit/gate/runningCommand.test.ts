import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runningCommand } from '../../../gate/running/command';
import { RELEASE_WORKFLOW, startSupplyChain } from '../../support/supplyChain';
import type { SupplyChain } from '../../support/supplyChain';

describe('model-gate running', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'gate-running-'));
  let supplyChain: SupplyChain;
  let trustPolicy: string;
  let signed: string;

  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    trustPolicy = supplyChain.writeTrustPolicy(directory);
    const image = supplyChain.push('acme/signed');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    signed = image.reference;
  });
  afterAll(async () => {
    await supplyChain.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const pods = (...images: readonly string[]) =>
    JSON.stringify({
      kind: 'List',
      items: images.map((image, index) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${index}`, namespace: 'ml' },
        spec: { containers: [{ name: 'server', image }] },
      })),
    });
  async function run(input: string, ...args: readonly string[]) {
    const told = { stdout: '', stderr: '' };
    const streams = {
      stdin: Readable.from([input]),
      stdout: { write: (text: string) => (told.stdout += text) },
      stderr: { write: (text: string) => (told.stderr += text) },
    };
    return { code: await runningCommand(args, streams, {}), ...told };
  }
  const check = (input: string, ...args: readonly string[]) => run(input, '--trust-policy', trustPolicy, '--without-reports', ...args);

  it('ends with 0 when everything verifies', async () => {
    expect(await check(pods(signed, signed))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 workloads: 2 verified'),
      stderr: '',
    });
  });

  it('ends with 1 and the finding when something is rejected, also beside what could not be checked', async () => {
    const [unsigned, missing] = [supplyChain.push('acme/unsigned').reference, supplyChain.missing('acme/missing').reference];
    const { code, stdout } = await check(pods(signed, missing, unsigned));
    expect(code).toBe(1);
    expect(stdout).toContain(`${unsigned} is not signed [unsigned]`);
    expect(stdout).toContain('container "server"');
    expect(stdout).toContain('3 workloads: 1 verified, 1 rejected, 1 not checked');
  });

  it('ends with 2 when something could not be checked, and does not call it unsigned', async () => {
    const { code, stdout } = await check(pods(supplyChain.missing('acme/missing').reference));
    expect(code).toBe(2);
    expect(stdout).toContain('[image-not-found]');
    expect(stdout).not.toContain('[unsigned]');
  });

  it('ends with 2 when no pod is there: a scan of nothing has found nothing out', async () => {
    expect(await check(pods())).toMatchObject({ code: 2, stderr: expect.stringContaining('no pod of the input') });
  });

  it('ends with 2 when there are no reports, unless none are expected', async () => {
    const { code, stdout } = await run(pods(signed), '--trust-policy', trustPolicy);
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('cluster: unreported') });
  });

  it('ends with 2 and the finding when the trust policy is not there', async () => {
    expect(await run(pods(signed), '--trust-policy', '/nowhere.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[trust-policy-missing]'),
    });
  });

  it('says which trust policy decided, in text and JSON', async () => {
    const sha256 = createHash('sha256').update(readFileSync(trustPolicy)).digest('hex');
    expect((await check(pods(signed))).stdout).toMatch(new RegExp(`^trust policy: ${trustPolicy}, sha256:${sha256}, 1 policy\n`));
    const { stdout } = await check(pods(signed), '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ trustPolicy: { file: trustPolicy, sha256, policies: 1 } });
  });

  it('finds the trust policy within the repository only', async () => {
    const place = path.join(directory, 'repository');
    mkdirSync(path.join(place, '.git'), { recursive: true });
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(place);
    try {
      expect(await run(pods(signed))).toMatchObject({ code: 2, stderr: expect.stringContaining('[trust-policy-missing]') });
      const file = supplyChain.writeTrustPolicy(place);
      expect((await run(pods(signed), '--without-reports')).stdout).toContain(`trust policy: ${file}, `);
    } finally {
      cwd.mockRestore();
    }
  });

  it('reads a file, and writes JSON', async () => {
    const input = path.join(directory, 'cluster.json');
    writeFileSync(input, pods(signed));
    const { code, stdout } = await check('', '--input', input, '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'RunningWorkloads', workloads: [{ preview: 'verified', pods: ['pod-0'] }] });
  });

  it.each<[string, readonly string[], string]>([
    ['an option that there is not', ['--policy', 'x'], "Unknown option '--policy'"],
    ['a format that there is not', ['--output', 'xml'], '--output: expected text or json, found "xml"'],
    ['an argument', ['x'], 'Unexpected argument'],
    ['a file that is not there', ['--input', '/nowhere.json'], 'the input cannot be read: ENOENT'],
    ['input that is no JSON', [], 'the input cannot be read:\n  expected the JSON of'],
  ])('ends with 3 for %s', async (_what, args, problem) => {
    expect(await check('pods', ...args)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(problem) });
  });
});
