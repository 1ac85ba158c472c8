import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPulumiProject, policyPackDirectory, repositoryRoot } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';
import { trustPolicyObject, writeProject, writeStrength } from '../support/engine/strictAndLax';

jest.setTimeout(120_000);

/** What the real engine does with settings that are spelled wrong; the tables are in test/unit/policy-pack/settings. */
describe('settings of the pack under the real engine', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'engine-settings-'));
  let project: PulumiProject;
  let strict: string;

  beforeAll(async () => {
    writeProject(directory);
    writeStrength(directory, 'lax');
    strict = writeStrength(path.join(directory, 'named'), 'strict');
    project = await openPulumiProject(directory);
  });
  afterAll(() => {
    project.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('are used as they are meant: the control', async () => {
    const passed = await project.preview();
    expect(passed.code).toBe(0);
    const result = await project.preview({ policyConfig: { 'require-verified-image': { trustPolicy: strict } } });
    expect(result.output).toContain('[image-not-covered]');
    expect(result.code).not.toBe(0);
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'misspelled settings, those of another policy, and those for all',
      {
        all: { enforcementLevel: 'mandatory', trustPolicy: 'x' },
        'require-verified-image': { trustpolicy: 'named/trust-policy.yaml' },
        'disallow-unpinned-image': { trustPolicy: 'x' },
      },
      ['all.trustPolicy', 'did you mean "trustPolicy"?', 'disallow-unpinned-image.trustPolicy: unknown setting'],
    ],
    [
      'a misspelled policy and a misspelled setting, with all policies disabled',
      { all: 'disabled', 'require-verified-images': 'mandatory', 'require-verified-image': { undetermind: 'mandatory' } },
      ['did you mean "require-verified-image"?', 'did you mean "undetermined"?'],
    ],
  ])('stop the run: %s', async (_what, policyConfig, texts) => {
    const result = await project.preview({ policyConfig });
    expect(result.output).toContain('[pack-setting-invalid]');
    for (const text of texts) expect(result.output).toContain(text);
    expect(result.code).not.toBe(0);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['an empty path', { 'require-verified-image': { trustPolicy: '' } }, 'trustPolicy: String length must be greater than or equal to 1'],
    ['settings for an unknown policy', { 'require-verified-images': { trustPolicy: 'x' } }, 'invalid enforcement level ""'],
  ])('stop the run in the engine itself: %s', async (_what, policyConfig, text) => {
    const result = await project.preview({ policyConfig });
    expect(result.output).toContain(text);
    expect(result.code).not.toBe(0);
  });

  it('name the trust policy for the other policies too when the policy that takes them is disabled', async () => {
    const tag = {
      ...trustPolicyObject('strict'),
      policies: [{ ...trustPolicyObject('strict').policies[0], images: ['registry.test/**'] }],
    };
    const resources = path.join(directory, 'index.js');
    writeFileSync(
      resources,
      `new (require('@pulumi/pulumi').CustomResource)('kubernetes:core/v1:Pod', 'tag', { spec: { containers: [{ image: 'registry.test/x:v1' }] } });`,
    );
    // Advisory under the lax file, which does not cover the image.
    const result = await project.preview({
      policyConfig: { 'require-verified-image': { enforcementLevel: 'disabled', trustPolicy: tag } },
    });
    expect(result.output).toMatch(/\[mandatory\][^\n]*disallow-unpinned-image/);
    expect(result.output).toContain('inline in the policy configuration');
    expect(result.code).not.toBe(0);
  });

  it('are checked in a pack of others, which may have policies of its own', async () => {
    const pack = path.join(directory, 'acme-pack');
    mkdirSync(path.join(pack, 'node_modules'), { recursive: true });
    for (const name of ['@pulumi', '@grpc', 'google-protobuf']) {
      symlinkSync(path.join(repositoryRoot, 'node_modules', name), path.join(pack, 'node_modules', name));
    }
    writeFileSync(path.join(pack, 'PulumiPolicy.yaml'), 'runtime: nodejs\n');
    writeFileSync(path.join(pack, 'package.json'), '{"name": "acme", "version": "1.0.0", "main": "index.js"}');
    writeFileSync(
      path.join(pack, 'index.js'),
      `const { PolicyPack } = require('@pulumi/policy');
       const { modelSupplyChainPolicies } = require(${JSON.stringify(path.join(policyPackDirectory, 'modelSupplyChainPolicies.js'))});
       const tags = { name: 'acme-tags', description: 'Tags.', enforcementLevel: 'mandatory', configSchema: { properties: {} }, validateResource() {} };
       new PolicyPack('acme', { policies: [...modelSupplyChainPolicies(), tags] }, { 'require-verified-image': { trustPolicy: ${JSON.stringify(strict)} } });`,
    );
    const left = await project.preview({ policyPack: pack, policyConfig: { 'acme-tags': { anything: 1 }, 'acme-old': 'advisory' } });
    expect(left.output).toContain(`trust policy: ${strict}, sha256:`);
    const result = await project.preview({ policyPack: pack, policyConfig: { 'require-verified-image': { undetermind: 'advisory' } } });
    expect(result.output).toContain('did you mean "undetermined"?');
    expect(result.code).not.toBe(0);
  });
});
