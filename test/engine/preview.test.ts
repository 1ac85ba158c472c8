import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImageVerifier, loadTrustPolicy, renderModelLock } from '../../verification';
import { openPulumiProject } from '../support/engine/pulumiProject';
import type { PreviewOptions, PulumiProject } from '../support/engine/pulumiProject';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';

/** The compiled pack under the real Pulumi engine; providers are the echo stand-in. */
jest.setTimeout(120_000);

const repositoryType = 'aws:ecr/repository:Repository';

describe('pulumi preview with the policy pack', () => {
  let supplyChain: SupplyChain;
  let project: PulumiProject;
  let trustPolicy: string;
  const directory = mkdtempSync(path.join(tmpdir(), 'engine-test-'));

  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    trustPolicy = supplyChain.writeTrustPolicy(directory);
    const computed = { [repositoryType]: { repositoryUrl: `${supplyChain.registry.address}/acme/computed` } };
    project = await openPulumiProject(path.join(__dirname, 'program'), { computed });
  });
  afterAll(async () => {
    project.close();
    await supplyChain.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const deployment = (name: string, image: unknown, fields = {}) => ({
    type: 'kubernetes:apps/v1:Deployment',
    name,
    props: { spec: { selector: {}, template: { spec: { containers: [{ name: 'server', image }], ...fields } } } },
  });
  const settings = (resources: readonly unknown[], policy: Readonly<Record<string, unknown>> = {}): PreviewOptions => ({
    config: { resources: JSON.stringify(resources) },
    // Hardening has a test of its own; the deployments here are as small as can be.
    policyConfig: { 'require-verified-image': { trustPolicy, ...policy }, 'require-hardened-model-pod': 'disabled' },
  });
  const preview = (resources: readonly unknown[], policy?: Readonly<Record<string, unknown>>) =>
    project.preview(settings(resources, policy));

  async function signed(repository: string): Promise<PushedImage> {
    const image = supplyChain.push(repository);
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    return image;
  }

  it('passes when everything is signed as the policy says, in every kind of container and as a volume', async () => {
    const [server, init, model] = [await signed('acme/server'), await signed('acme/init'), await signed('acme/model')];
    const result = await preview([
      deployment('signed', server.reference, {
        initContainers: [{ name: 'init', image: init.reference }],
        volumes: [{ name: 'weights', image: { reference: model.reference } }],
      }),
    ]);
    expect(result.output).toContain('✅ model-supply-chain');
    expect(result.code).toBe(0);
  });

  it('rejects what is unsigned or signed by a foreign workflow, in one preview, each with its field path and both identities', async () => {
    const unsigned = supplyChain.push('acme/unsigned');
    const foreign = supplyChain.push('acme/foreign');
    await supplyChain.sign(foreign, FOREIGN_WORKFLOW);
    const result = await preview([
      deployment('one', unsigned.reference),
      {
        type: 'kubernetes:batch/v1:CronJob',
        name: 'two',
        props: {
          spec: {
            jobTemplate: {
              spec: { template: { spec: { volumes: [{ name: 'model', image: { reference: foreign.reference } }], containers: [] } } },
            },
          },
        },
      },
    ]);
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('require-verified-image  (kubernetes:apps/v1:Deployment: one)');
    expect(result.output).toContain(`REJECTED: ${unsigned.reference} is not signed [unsigned]`);
    expect(result.output).toContain('spec.template.spec.containers[0].image (container "server")');
    expect(result.output).toContain('require-verified-image  (kubernetes:batch/v1:CronJob: two)');
    expect(result.output).toContain('[identity-mismatch]');
    expect(result.output).toContain('spec.jobTemplate.spec.template.spec.volumes[0].image.reference');
    expect(result.output).toContain(RELEASE_WORKFLOW.subject);
    expect(result.output).toContain(FOREIGN_WORKFLOW.subject);
  });

  describe('when an image could not be checked', () => {
    it('blocks as undetermined, told apart from unsigned', async () => {
      const result = await preview([deployment('missing', supplyChain.missing('acme/missing').reference)]);
      expect(result.code).not.toBe(0);
      expect(result.output).toContain('UNDETERMINED, could not be checked');
      expect(result.output).toContain('[image-not-found]');
      expect(result.output).not.toContain('[unsigned]');
    });

    it('warns instead if the configuration says so', async () => {
      const result = await preview([deployment('missing', supplyChain.missing('acme/missing').reference)], { undetermined: 'advisory' });
      expect(result.output).toContain('[advisory]');
      expect(result.output).toContain('[image-not-found]');
      expect(result.code).toBe(0);
    });

    it('still blocks what is rejected with that configuration', async () => {
      const result = await preview([deployment('unsigned', supplyChain.push('acme/still').reference)], { undetermined: 'advisory' });
      expect(result.code).not.toBe(0);
    });
  });

  describe('when an image is unknown at preview', () => {
    const digest = `@sha256:${'ab'.repeat(32)}`;

    it('says so as an obligation of its own, and does not block by default', async () => {
      const result = await preview([deployment('unknown', `\${repository}${digest}`)]);
      expect(result.output).toContain('[advisory] [severity: medium]  disallow-unknown-image  (kubernetes:apps/v1:Deployment: unknown)');
      expect(result.output).toContain('[image-unknown]');
      expect(result.output).not.toContain("can't run policy");
      expect(result.code).toBe(0);
    });

    it('blocks if disallow-unknown-image is mandatory', async () => {
      const options = settings([deployment('unknown', `\${repository}${digest}`)]);
      const result = await project.preview({
        ...options,
        policyConfig: { ...options.policyConfig, 'disallow-unknown-image': 'mandatory' },
      });
      expect(result.code).not.toBe(0);
    });

    it('still rejects a known unsigned image beside an unknown one', async () => {
      const unsigned = supplyChain.push('acme/beside');
      const result = await preview([
        deployment('mixed', `\${repository}${digest}`, { initContainers: [{ name: 'init', image: unsigned.reference }] }),
      ]);
      expect(result.output).toContain('[unsigned]');
      expect(result.output).toContain('[image-unknown]');
      expect(result.code).not.toBe(0);
    });

    it('is verified on `up` before the resource is created', async () => {
      const image = supplyChain.push('acme/computed');
      const result = await project.up(settings([deployment('later', `\${repository}@${image.digest}`)]));
      expect(result.code).not.toBe(0);
      expect(result.output).toContain('[unsigned]');
      expect(project.created.some((urn) => urn.endsWith('::repository'))).toBe(true);
      expect(project.created.some((urn) => urn.endsWith('::later'))).toBe(false);
    });
  });

  describe('when a tag is used', () => {
    it('blocks a tag of an image that a policy covers, although it is signed', async () => {
      await signed('acme/tagged');
      const result = await preview([deployment('tagged', `${supplyChain.registry.address}/acme/tagged:v2.1.0`)]);
      expect(result.code).not.toBe(0);
      expect(result.output).toContain('[image-unpinned]');
      expect(result.output).not.toContain('[unsigned]');
    });
  });

  describe('when the policy covers an image in warn mode', () => {
    it('tells and does not block', async () => {
      const warn = supplyChain.writeTrustPolicy(path.join(directory, 'warn'), { mode: 'warn' });
      const result = await preview([deployment('warned', supplyChain.push('acme/warned').reference)], { trustPolicy: warn });
      expect(result.output).toMatch(/\[advisory\] .*require-verified-image/);
      expect(result.output).toContain('[unsigned]');
      expect(result.code).toBe(0);
    });
  });

  describe('when a model.lock stands beside the trust policy', () => {
    const place = path.join(directory, 'locked');
    const lock = path.join(place, 'model.lock');
    let file: string;
    beforeAll(() => {
      const rules = { continuity: 'enforce', rollback: 'enforce' };
      file = supplyChain.writeTrustPolicy(place, { identities: [RELEASE_WORKFLOW, FOREIGN_WORKFLOW], rules });
    });

    /** Writes the lock as a user does: verify, look, record. */
    async function record(image: PushedImage): Promise<void> {
      const loaded = await loadTrustPolicy(file);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.finding));
      writeFileSync(lock, renderModelLock([await new ImageVerifier(loaded.value).verify(image.reference)], loaded.value.previousVerdicts));
    }
    const previewOf = (image: PushedImage) => preview([deployment('locked', image.reference)], { trustPolicy: file });

    it('blocks another signer and an older image than those recorded, and says without a record that nothing was compared', async () => {
      const [older, current, next] = ['v1', 'v2', 'v3'].map((tag) => supplyChain.push('acme/locked', tag)) as [
        PushedImage,
        PushedImage,
        PushedImage,
      ];
      // Within what clocks may differ.
      const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
      await supplyChain.sign(older, RELEASE_WORKFLOW);
      await supplyChain.sign(current, RELEASE_WORKFLOW, inSeconds(30));
      await supplyChain.sign(next, FOREIGN_WORKFLOW, inSeconds(60));

      const first = await previewOf(current);
      expect(first.output).toMatch(/\[advisory\][^]*\[previous-verdict-missing\]/);
      expect(first.code).toBe(0);
      expect(existsSync(lock)).toBe(false); // a preview records nothing

      await record(current);
      const known = await previewOf(current);
      expect(known.output).not.toContain('[previous-verdict-missing]');
      expect(known.code).toBe(0);

      const changed = await previewOf(next);
      expect(changed.output).toContain('[signer-changed]');
      expect(changed.output).toContain(FOREIGN_WORKFLOW.subject);
      expect(changed.code).not.toBe(0);

      const back = await previewOf(older);
      expect(back.output).toContain('[rolled-back]');
      expect(back.code).not.toBe(0);
    });

    it('blocks if the lock is broken, instead of starting without memory', async () => {
      const image = await signed('acme/locked-broken');
      writeFileSync(lock, 'kind: ModelLock\n');
      const result = await previewOf(image);
      expect(result.output).toContain('[model-lock-invalid]');
      expect(result.output).toContain('images: is missing');
      expect(result.code).not.toBe(0);
    });
  });

  describe('when a field that should hold an image cannot be read', () => {
    it('blocks', async () => {
      const result = await preview([deployment('number', 42)]);
      expect(result.code).not.toBe(0);
      expect(result.output).toContain('[image-unreadable]');
    });
  });

  describe('when the trust policy is not usable', () => {
    const some = () => [
      deployment('any', supplyChain.push('acme/any').reference),
      deployment('other', supplyChain.push('acme/other').reference),
    ];
    const occurrences = (text: string, part: string) => text.split(part).length - 1;

    it('blocks with every problem at once, told once', async () => {
      const file = path.join(directory, 'broken.yaml');
      writeFileSync(
        file,
        'apiVersion: model-supply-chain/v1alpha1\nkind: TrustPolicy\nunmatchedImage: deny\npolicies:\n  - name: p\n    images: []\n',
      );
      const result = await preview(some(), { trustPolicy: file });
      expect(result.code).not.toBe(0);
      expect(occurrences(result.output, '[trust-policy-invalid]')).toBe(1);
      expect(result.output).toContain('3:1  unmatchedImage: unknown key: did you mean "unmatchedImages"?');
      expect(result.output).toContain('policies[0].images');
      expect(result.output).toContain('policies[0].authorities');
    });

    it('blocks if the file is missing', async () => {
      const result = await preview(some(), { trustPolicy: path.join(directory, 'nowhere.yaml') });
      expect(result.code).not.toBe(0);
      expect(occurrences(result.output, '[trust-policy-missing]')).toBe(1);
    });

    it('blocks if none is named and none is found upwards', async () => {
      // The same program in a project of the same name, within a repository that has a trust policy and without one.
      const place = (name: string) => {
        const root = path.join(directory, name, 'project');
        mkdirSync(root, { recursive: true });
        mkdirSync(path.join(directory, name, '.git'));
        writeFileSync(
          path.join(root, 'Pulumi.yaml'),
          `name: engine-test\nruntime: nodejs\nmain: ${path.join(__dirname, 'program', 'index.ts')}\n`,
        );
        return { config: { resources: JSON.stringify(some()) }, cwd: root };
      };
      const inRepository = place('repository');
      supplyChain.writeTrustPolicy(path.join(directory, 'repository'));
      expect((await project.preview(inRepository)).output).toContain('[unsigned]');
      const none = await project.preview(place('without'));
      expect(none.code).not.toBe(0);
      expect(none.output).toContain('[trust-policy-missing]');
    });
  });
});
