import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPulumiProject, repositoryRoot } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';
import { RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';

jest.setTimeout(120_000);

/** examples/kserve under the real engine, with the compiled pack; the trust policy is one for the registry of the test. */
describe('the KServe example', () => {
  let supplyChain: SupplyChain;
  let project: PulumiProject;
  let trustPolicy: string;
  let images: readonly [server: PushedImage, model: PushedImage];
  const directory = mkdtempSync(path.join(tmpdir(), 'kserve-example-'));

  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    trustPolicy = supplyChain.writeTrustPolicy(directory);
    images = [supplyChain.push('acme/vllm'), supplyChain.push('acme/assistant')];
    for (const image of images) await supplyChain.sign(image, RELEASE_WORKFLOW);
    project = await openPulumiProject(path.join(repositoryRoot, 'examples', 'kserve'));
  });
  afterAll(async () => {
    project.close();
    await supplyChain.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const preview = (config: Readonly<Record<string, unknown>> = {}) => {
    const [server, model] = images;
    return project.preview({
      config: { image: server.reference, model: model.reference, ...config },
      policyConfig: { 'require-verified-image': { trustPolicy } },
    });
  };

  it('passes when server and model are signed, and creates what KServe and its neighbours need', async () => {
    const result = await preview();
    expect(result.output).toContain('✅ model-supply-chain');
    expect(result.code).toBe(0);
    for (const kind of [
      'InferenceService',
      'ScaledObject',
      'PodMonitor',
      'HTTPRoute',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'ResourceQuota',
    ])
      expect(result.output).toContain(`:${kind}`);
    expect(result.output).not.toContain('apps/v1:Deployment');
  });

  it('blocks an unsigned model, told once, at the argument of the component', async () => {
    const unsigned = supplyChain.push('acme/unsigned');
    const result = await preview({ model: unsigned.reference });
    expect(result.code).not.toBe(0);
    expect(result.output.split(`${unsigned.reference} is not signed [unsigned]`)).toHaveLength(2);
    expect(result.output).toContain('model.reference (model image)');
  });

  it('blocks an InferenceService of somebody else whose model is downloaded when it starts', async () => {
    const result = await preview({ existingStorageUri: 'hf://acme/assistant' });
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('require-verified-image  (kubernetes:serving.kserve.io/v1beta1:InferenceService: existing)');
    expect(result.output).toContain('spec.predictor.model.storageUri (model)');
    expect(result.output).toContain('[image-unreadable]');
  });

  it('verifies the model of such an InferenceService when it is an image', async () => {
    const [, model] = images;
    expect((await preview({ existingStorageUri: `oci://${model.reference}` })).code).toBe(0);
    const unsigned = supplyChain.push('acme/existing');
    const result = await preview({ existingStorageUri: `oci://${unsigned.reference}` });
    expect(result.code).not.toBe(0);
    expect(result.output).toContain(`${unsigned.reference} is not signed [unsigned]`);
  });
});
