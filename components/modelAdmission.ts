import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import type { ModelAdmissionArgs } from './admission/args';
import type { KubernetesObject } from './admission/kubernetesObject';
import type * as Manifests from './admission/manifests';
import type * as Settings from './admission/settings';

/** Something that the cluster does not hold as the preview does. */
export interface AdmissionGap {
  /** Name of the policy in the trust policy. */
  readonly policy: string;
  /** Name of its requirement, or the field. */
  readonly requirement: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Enforces the trust policy in a cluster: what `pulumi preview` refuses, the API server refuses too, also for whoever comes past the
 * preview. It holds in namespaces with the label `pulumi-model-supply-chain/enforce: "true"`, which ModelNamespace sets.
 *
 * What a cluster cannot look at by itself is in the output `previewOnly`; a signed verification summary of the gate
 * (`verificationSummary`) stands in for all of it. Needs Kyverno 1.19.2 or later (KyvernoInstallation).
 *
 * @throws pulumi.InputPropertiesError naming everything that is wrong with the arguments, and every part of the trust policy that the
 * cluster could hold only in a weaker form, with its path, what is expected, what was found and what to do.
 *
 * @example
 * const admission = new ModelAdmission('models', { trustPolicy: 'trust-policy.yaml', registrySecrets: ['ghcr'] });
 * export const previewOnly = admission.previewOnly;
 */
export class ModelAdmission extends pulumi.ComponentResource {
  /** Names of the Kyverno policies. */
  public readonly policies: pulumi.Output<string[]>;
  /** Requirements of the trust policy that preview and promotion look at, and the cluster does not: which, why, and what to do. */
  public readonly previewOnly: pulumi.Output<AdmissionGap[]>;
  /** What the cluster refuses although the preview accepts it. */
  public readonly stricter: pulumi.Output<AdmissionGap[]>;

  constructor(name: string, args: ModelAdmissionArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('pulumi-model-supply-chain:index:ModelAdmission', name, args, opts);

    const { modelAdmissionManifests, modelAdmissionSettings } = rendering();
    const settings = modelAdmissionSettings(name, args);
    const manifests = modelAdmissionManifests(settings);
    if (settings.backend === 'clusterPolicy') void pulumi.log.warn(CLUSTER_POLICY_ENDS, this);
    const create = (object: KubernetesObject) => createObject(object, { parent: this });
    const policies = manifests.policies.map(create);
    [...manifests.guards, ...manifests.hardening].map(create);

    this.policies = pulumi.all(policies.map(({ id }, index) => id.apply(() => manifests.policies[index]?.metadata.name ?? '')));
    this.previewOnly = pulumi.output(manifests.previewOnly.map((gap) => ({ ...gap })));
    this.stricter = pulumi.output(manifests.stricter.map((gap) => ({ ...gap })));
    this.registerOutputs({ policies: this.policies, previewOnly: this.previewOnly, stricter: this.stricter });
  }
}

const CLUSTER_POLICY_ENDS =
  'backend clusterPolicy: Kyverno 1.20 lets nobody create or change a ClusterPolicy, so that a change of the trust policy will fail there, and 1.21 knows none; ' +
  'next: before Kyverno is upgraded, leave out backend, which renders ImageValidatingPolicies instead';

/** Reading trust policies takes a schema library and a YAML parser, for which programs that only serve models need not wait: a fifth of a second. */
function rendering(): typeof Manifests & typeof Settings {
  // Constructors cannot await an import().
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return { ...(require('./admission/manifests') as typeof Manifests), ...(require('./admission/settings') as typeof Settings) };
}

type PolicySpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;
type BindingSpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec;

/** One object under its own type, so that the engine and its policies see what it is. */
function createObject(object: KubernetesObject, opts: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const { name } = object.metadata;
  const metadata = { ...object.metadata };
  const spec: unknown = object.spec;
  switch (object.kind) {
    case 'ValidatingAdmissionPolicy':
      return new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(name, { metadata, spec: spec as PolicySpec }, opts);
    case 'ValidatingAdmissionPolicyBinding':
      return new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(name, { metadata, spec: spec as BindingSpec }, opts);
    default:
      return new k8s.apiextensions.CustomResource(name, { apiVersion: object.apiVersion, kind: object.kind, metadata, spec }, opts);
  }
}
