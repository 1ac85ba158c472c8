import type * as pulumi from '@pulumi/pulumi';

/** How much all pods of the namespace may take together. What is left out is not limited. */
export interface NamespaceQuotaArgs {
  /** Accelerators, by the name of their resource: `{ 'nvidia.com/gpu': 8 }`. */
  readonly gpus?: { [resourceName: string]: pulumi.Input<number> };
  /** Memory: `256Gi`. */
  readonly memory?: pulumi.Input<string>;
  /** CPU: `64`. */
  readonly cpu?: pulumi.Input<string>;
  /** Local disk: `500Gi`. */
  readonly ephemeralStorage?: pulumi.Input<string>;
  /** Pods. */
  readonly pods?: pulumi.Input<number>;
}

/** What one container may take: what it gets when it asks for nothing, and the most that it can ask for. */
export interface ContainerLimitsArgs {
  /**
   * Memory of a container that names none.
   * @default "512Mi"
   */
  readonly defaultMemory?: pulumi.Input<string>;
  /**
   * CPU of a container that names none.
   * @default "500m"
   */
  readonly defaultCpu?: pulumi.Input<string>;
  /**
   * Local disk of a container that names none.
   * @default "1Gi"
   */
  readonly defaultEphemeralStorage?: pulumi.Input<string>;
  /** The most memory that one container can have. @default no bound */
  readonly maximumMemory?: pulumi.Input<string>;
  /** The most CPU that one container can have. @default no bound */
  readonly maximumCpu?: pulumi.Input<string>;
}

/** Arguments of ModelNamespace. */
export interface ModelNamespaceArgs {
  /**
   * Name of the namespace.
   * @default the name of the component
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Version of the Pod Security Standards: `v1.36`. Named, so that an upgrade of the cluster does not change what is refused; a cluster that
   * is older takes it as its own version.
   * @default "v1.36"
   */
  readonly podSecurityVersion?: pulumi.Input<string>;
  /**
   * One of AdmissionBackend, as ModelAdmission has it. Kyverno finds the namespace by the label that it has in any case; policy-controller is
   * asked only about namespaces with a label of its own.
   * @default "kyverno"
   */
  readonly admissionBackend?: string;
  /** How much all pods may take together. @default no bound but that Services of the types LoadBalancer and NodePort are refused */
  readonly quota?: NamespaceQuotaArgs;
  /** What one container may take. */
  readonly containerLimits?: ContainerLimitsArgs;
  /**
   * Accepts Services of the types LoadBalancer and NodePort, which put a model on the network of the cloud past every gateway.
   * @default false
   */
  readonly externalServicesUnsafe?: boolean;
}
