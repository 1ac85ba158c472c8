import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import type { KyvernoInstallationArgs } from './kyverno/args';
import { chartValues } from './kyverno/chartValues';
import { kyvernoSettings } from './kyverno/settings';

/**
 * Kyverno by its Helm chart, hardened for a cluster that fails closed: several replicas on different nodes with the priority of system
 * components, verification results kept neither between requests nor between scans, memory for large attestations, exceptions of its own
 * switched off, JSON logs, network policies (those of the webhooks are open for ingress, since nobody knows the address of the API server
 * beforehand). Refuses versions in which admission can be walked past. What of it is tested, and how to upgrade: docs/kyverno-installation.md.
 *
 * While Kyverno is down no pod starts in namespaces that are held to the trust policy. Kyverno refuses pods of its own namespace by nobody's
 * policy, and nodes can come up without it.
 *
 * @throws pulumi.InputPropertiesError naming every invalid argument.
 *
 * @example
 * const kyverno = new KyvernoInstallation('kyverno');
 * new ModelAdmission('models', {}, { dependsOn: [kyverno] });
 */
export class KyvernoInstallation extends pulumi.ComponentResource {
  /** Namespace of Kyverno; known once it runs. */
  public readonly namespace: pulumi.Output<string>;
  /** Version of the chart. */
  public readonly chartVersion: pulumi.Output<string>;

  constructor(name: string, args: KyvernoInstallationArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:KyvernoInstallation', name, args, opts);

    const settings = kyvernoSettings(name, args);
    const { namespace, version } = settings;
    const release = new k8s.helm.v3.Release(
      name,
      {
        name: 'kyverno',
        chart: 'kyverno',
        version,
        repositoryOpts: { repo: args.chartRepository ?? 'https://kyverno.github.io/kyverno/' },
        namespace,
        createNamespace: true,
        // A release that came up halfway would leave webhooks that refuse everything.
        atomic: true,
        values: chartValues(settings),
      },
      { parent: this },
    );
    // Known once the release is there, so that what uses it comes later.
    this.namespace = release.id.apply(() => namespace);
    this.chartVersion = pulumi.output(version);
    this.registerOutputs({ namespace: this.namespace, chartVersion: this.chartVersion });
  }
}
