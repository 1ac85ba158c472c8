import path from 'node:path';
import { goodModelPod } from '../support/hardening/modelPods';
import type { PodJson } from '../support/hardening/modelPods';
import { openPulumiProject } from '../support/engine/pulumiProject';
import type { PulumiProject } from '../support/engine/pulumiProject';

/** The policies about pods in the real Pulumi engine; providers are the echo stand-in. Images are left to preview.test.ts. */
jest.setTimeout(120_000);

const IMAGE_POLICIES_OFF = { 'require-verified-image': 'disabled', 'disallow-unpinned-image': 'disabled' };

describe('pulumi preview of pods that serve models', () => {
  let project: PulumiProject;
  beforeAll(async () => {
    project = await openPulumiProject(path.join(__dirname, 'program'));
  });
  afterAll(() => project.close());

  const deployment = (name: string, change: (pod: PodJson) => void = () => undefined) => {
    const template = goodModelPod(1);
    change(template);
    return { type: 'kubernetes:apps/v1:Deployment', name, props: { spec: { replicas: 1, selector: {}, template } } };
  };
  const closed = {
    type: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    name: 'closed',
    props: { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
  };
  const preview = (...resources: readonly unknown[]) =>
    project.preview({ config: { resources: JSON.stringify(resources) }, policyConfig: IMAGE_POLICIES_OFF });

  it('blocks what is not hardened and what opens holes, tells what was given up and what is not known, and lets the rest pass', async () => {
    const server = (pod: PodJson) => pod.spec['containers'][0];
    const result = await preview(
      closed,
      deployment('good'),
      deployment('root', (pod) => (pod.spec['hostPID'] = true)),
      deployment('remote-code', (pod) => server(pod).args.push('--trust_remote_code')),
      deployment('given-up', (pod) => {
        server(pod).securityContext.readOnlyRootFilesystem = false;
        pod.metadata.annotations = { 'pulumi-model-supply-chain/opt-out-read-only-root': 'nvidia-cdi-hook writes there' };
      }),
      deployment('unknown', (pod) => (pod.spec['automountServiceAccountToken'] = '${repository}')),
    );
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('[mandatory] [severity: high]  require-hardened-model-pod  (kubernetes:apps/v1:Deployment: root)');
    expect(result.output).toContain('[hostNamespaces] spec.template.spec.hostPID: expected false or nothing, found true');
    expect(result.output).toContain(
      '[mandatory] [severity: critical]  disallow-dangerous-server-options  (kubernetes:apps/v1:Deployment: remote-code)',
    );
    expect(result.output).toContain('[option-trust-remote-code] spec.template.spec.containers[0].args[3]');
    expect(result.output).toContain('[advisory] [severity: high]  require-hardened-model-pod  (kubernetes:apps/v1:Deployment: given-up)');
    expect(result.output).toContain(
      'given up by the annotation pulumi-model-supply-chain/opt-out-read-only-root: "nvidia-cdi-hook writes there"',
    );
    expect(result.output).toContain('[advisory] [severity: high]  require-hardened-model-pod  (kubernetes:apps/v1:Deployment: unknown)');
    expect(result.output).not.toContain('Deployment: good)');
    expect(result.output).not.toContain("can't run policy");
  });

  it('passes when only advice is left', async () => {
    const result = await preview(
      deployment('good'),
      deployment('advice', (pod) => delete pod.spec['enableServiceLinks']),
    );
    expect(result.output).toContain('[no-service-links]');
    expect(result.code).toBe(0);
  });
});
