import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { namespaceName } from './arguments/argumentChecks';
import { ArgumentProblems } from './arguments/argumentProblems';
import { defaultDenyPolicy, modelNamespace } from './namespace/manifests';

/** Arguments of ModelNamespace. */
export interface ModelNamespaceArgs {
  /**
   * Name of the namespace.
   * @default the name of the component
   */
  readonly namespace?: pulumi.Input<string>;
}

/**
 * A namespace for model servers: pods that do not fit the Pod Security Standard "restricted" are refused, and pods have no network, in
 * either direction, but what further network policies (as those of ModelServing) allow.
 *
 * @throws pulumi.InputPropertiesError when the name is none that a namespace can have.
 *
 * @example
 * const namespace = new ModelNamespace('ml-serving');
 * new ModelServing('sentiment', { namespace: namespace.name, image, model });
 */
export class ModelNamespace extends pulumi.ComponentResource {
  /** Name of the namespace; known once it exists, so that what uses it comes later. */
  public readonly name: pulumi.Output<string>;

  constructor(name: string, args: ModelNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:ModelNamespace', name, args, opts);

    const problems = new ArgumentProblems(`ModelNamespace "${name}"`);
    const wanted = problems.check('namespace', args.namespace ?? name, namespaceName);
    problems.throwIfAny();

    const namespace = new k8s.core.v1.Namespace(name, modelNamespace(wanted), { parent: this });
    // The output of the namespace, not the argument: the policy can only be created when the namespace is there.
    new k8s.networking.v1.NetworkPolicy(`${name}-default-deny`, defaultDenyPolicy(namespace.metadata.name), { parent: this });

    this.name = namespace.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}
