import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPulumiProject, repositoryRoot } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';

jest.setTimeout(120_000);

/** examples/llm-gpu under the real engine, with the compiled pack; the trust policy is one for the registry of the test. */
describe('the example of a language model on GPUs', () => {
  let supplyChain: SupplyChain;
  let project: PulumiProject;
  let trustPolicy: string;
  let signed: readonly [server: PushedImage, model: PushedImage, verifier: PushedImage];
  const directory = mkdtempSync(path.join(tmpdir(), 'llm-gpu-example-'));

  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    trustPolicy = supplyChain.writeTrustPolicy(directory);
    signed = [supplyChain.push('acme/vllm'), supplyChain.push('acme/assistant'), supplyChain.push('acme/model-signing')];
    for (const image of signed) await supplyChain.sign(image, RELEASE_WORKFLOW);
    project = await openPulumiProject(path.join(repositoryRoot, 'examples', 'llm-gpu'));
  });
  afterAll(async () => {
    project.close();
    await supplyChain.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const preview = (config: Readonly<Record<string, unknown>> = {}) => {
    const [image, model, verifier] = signed.map(({ reference }) => reference);
    return project.preview({ config: { image, model, verifier, ...config }, policyConfig: { 'require-verified-image': { trustPolicy } } });
  };

  it('passes when server, model and verifier are signed, and says nothing about its pods', async () => {
    const result = await preview();
    expect(result.output).toContain('✅ model-supply-chain');
    expect(result.output).toContain(':ConfigMap');
    expect(result.output).not.toContain('ResourceClaimTemplate');
    expect(result.output).not.toMatch(/\[(?:mandatory|advisory)\]/);
    expect(result.code).toBe(0);
  });

  it('claims a partition, where GPUs are given out by claims', async () => {
    const result = await preview({ gpuMode: 'dra', migProfile: '3g.40gb' });
    expect(result.output).toContain(':ResourceClaimTemplate');
    expect(result.code).toBe(0);
  });

  it('blocks an unsigned image that verifies, at the argument of the adapter', async () => {
    const unsigned = supplyChain.push('acme/unsigned');
    const result = await preview({ verifier: unsigned.reference });
    expect(result.code).not.toBe(0);
    expect(result.output.split(`${unsigned.reference} is not signed [unsigned]`)).toHaveLength(2);
    expect(result.output).toContain('adapters[0].verify.image (verifier of the adapter)');
  });

  it('refuses a partition that there is not, before any policy runs', async () => {
    const result = await preview({ migProfile: 'half' });
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('gpu.migProfile: expected a MIG profile, found "half"');
  });
});
