import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import type { ModelNamespaceArgs } from './namespace/args';
import { defaultDenyPolicy, limitRange, modelNamespace, resourceQuota } from './namespace/manifests';
import { modelNamespaceSettings } from './namespace/settings';

/**
 * A namespace for model servers: pods that do not fit the Pod Security Standard "restricted" are refused, admission enforces the trust
 * policy (see ModelAdmission), pods have no network in either direction but what further network policies (as those of ModelServing) allow,
 * no Service reaches out of the cluster by itself, and no container is without limits.
 *
 * @throws pulumi.InputPropertiesError naming every invalid argument.
 *
 * @example
 * const namespace = new ModelNamespace('ml-serving', { quota: { gpus: { 'nvidia.com/gpu': 8 }, pods: 40 } });
 * new ModelServing('sentiment', { namespace: namespace.name, image, model });
 */
export class ModelNamespace extends pulumi.ComponentResource {
  /** Name of the namespace; known once it exists, so that what uses it comes later. */
  public readonly name: pulumi.Output<string>;

  constructor(name: string, args: ModelNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:ModelNamespace', name, args, opts);

    const settings = modelNamespaceSettings(name, args);
    const namespace = new k8s.core.v1.Namespace(name, modelNamespace(settings), { parent: this });
    // The output of the namespace, not the argument: what is in it can only be created when it is there.
    const inside = namespace.metadata.name;

    new k8s.networking.v1.NetworkPolicy(`${name}-default-deny`, defaultDenyPolicy(inside), { parent: this });
    new k8s.core.v1.LimitRange(`${name}-containers`, limitRange(inside, settings), { parent: this });
    const quota = resourceQuota(inside, settings);
    if (quota !== undefined) {
      new k8s.core.v1.ResourceQuota(`${name}-models`, quota, { parent: this });
    }

    this.name = inside;
    this.registerOutputs({ name: this.name });
  }
}
