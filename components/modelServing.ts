import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import type { ModelServingArgs } from './serving/args';
import { createCustomObject, createNetworkPolicies, createSurroundings } from './serving/around/resources';
import { bomContents } from './serving/bomContents';
import { modelServingManifests } from './serving/manifests';
import { mlBom } from './serving/mlBom';
import { modelServingSettings } from './serving/settings';
import { sourceName } from './serving/settings/files';

/**
 * Serves one model: a hardened Deployment (or its form for KServe) with its Service, service account and network policy.
 *
 * Server, models and everything else that runs are taken by digest, or verified when a pod starts. The pod fits the Pod Security Standard
 * "restricted" and goes beyond it: a read-only root file system, no service account token, user ids of its own on CPUs, models mounted
 * read-only, hubs switched off, bounded scratch space, whole accelerators with requests equal to limits, no network but for what callers
 * need. A named server (`server: 'vllm'`) is started with arguments that keep it from running code of models. Each control and its reason
 * is in docs/pod-hardening.md; each can be given up by an argument of its own, which the policy pack reports.
 *
 * The defaults need Kubernetes 1.35 or later (image volumes) with containerd 2.1.7 or 2.2.2 or later, or CRI-O 1.33 or later; docs/serving.md
 * tells what to choose on others. A digest says what runs; that it is signed by whom the TrustPolicy names is for the policy pack and
 * admission to check.
 *
 * @throws pulumi.InputPropertiesError naming every invalid argument, with its path, what is expected, what was found and what to do.
 * Computed arguments are judged when they are known.
 *
 * @example
 * new ModelServing('sentiment', {
 *   server: 'vllm',
 *   image: 'ghcr.io/acme/ml-models/vllm@sha256:…',
 *   model: { reference: 'ghcr.io/acme/ml-models/sentiment@sha256:…' },
 *   gpu: { count: 1 },
 * });
 */
export class ModelServing extends pulumi.ComponentResource {
  /** Where other pods of the cluster reach the server: `http://sentiment.ml-serving.svc:8000`. */
  public readonly endpoint: pulumi.Output<string>;
  /** The server image, with its digest. */
  public readonly image: pulumi.Output<string>;
  /** The model image, with its digest; `persistentvolumeclaim/NAME` for a model on a volume. */
  public readonly model: pulumi.Output<string>;
  /**
   * Bill of materials of the deployment: CycloneDX 1.6 with its machine learning part, as JSON. The same deployment gives the same text.
   */
  public readonly mlBom: pulumi.Output<string>;

  constructor(name: string, args: ModelServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:ModelServing', name, args, opts);

    const settings = modelServingSettings(name, args);
    const manifests = modelServingManifests(name, settings);

    const serviceAccount = new k8s.core.v1.ServiceAccount(name, manifests.serviceAccount, { parent: this });
    // Before the pods: between their start and the policy they would have the network of the namespace.
    const networkPolicies = createNetworkPolicies(name, manifests, this);
    const service = new k8s.core.v1.Service(name, manifests.service, { parent: this });
    const dependsOn: pulumi.Resource[] = [serviceAccount, ...networkPolicies];
    if (manifests.verificationConfig) {
      dependsOn.push(new k8s.core.v1.ConfigMap(`${name}-verification`, manifests.verificationConfig, { parent: this }));
    }
    if (manifests.gpuClaimTemplate) {
      dependsOn.push(new k8s.resource.v1.ResourceClaimTemplate(name, manifests.gpuClaimTemplate, { parent: this }));
    }
    if (manifests.kserve) {
      createCustomObject(name, manifests.kserve, { parent: this, dependsOn });
    } else {
      new k8s.apps.v1.Deployment(name, manifests.deployment, { parent: this, dependsOn });
    }
    createSurroundings(name, manifests, this);

    this.endpoint = pulumi.interpolate`http://${service.metadata.name}.${settings.namespace}.svc:${settings.port}`;
    this.image = pulumi.output(settings.image);
    this.model = pulumi.output(sourceName(settings.files.model));
    this.mlBom = mlBom(bomContents(name, settings));
    this.registerOutputs({ endpoint: this.endpoint, image: this.image, model: this.model, mlBom: this.mlBom });
  }
}
