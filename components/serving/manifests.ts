import type * as k8s from '@pulumi/kubernetes';

import { podAnnotations } from './annotations';
import type { CustomObject } from './around/customObject';
import type { ServingIdentity } from './around/identity';
import { surroundingManifests, surroundingPodFields } from './around/manifests';
import type { SurroundingManifests } from './around/manifests';
import { SERVER_PORT_NAME } from './around/settings';
import { gpuClaimTemplate } from './gpuClaim';
import { kserveManifest, workloadName } from './kserve/manifest';
import { modelServingPod } from './pod';
import { serverContainer } from './pod/serverContainer';
import type { ModelServingSettings } from './settings';
import { singleNodeMount } from './settings/replicas';
import { verificationConfig, verificationConfigName } from './verificationConfig';

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** The Kubernetes objects of one ModelServing. */
export interface ModelServingManifests extends SurroundingManifests {
  readonly serviceAccount: k8s.types.input.core.v1.ServiceAccount;
  readonly deployment: k8s.types.input.apps.v1.Deployment;
  readonly service: k8s.types.input.core.v1.Service;
  /** Keys by which files are verified at start; `undefined` when none are. */
  readonly verificationConfig: k8s.types.input.core.v1.ConfigMap | undefined;
  /** What each pod claims; `undefined` without dynamic resource allocation. */
  readonly gpuClaimTemplate: k8s.types.input.resource.v1.ResourceClaimTemplate | undefined;
  /** What KServe gets in place of the Deployment; `undefined` when it does not run the pods. */
  readonly kserve: CustomObject | undefined;
}

/** Old ReplicaSets to keep for a rollback. */
const REVISION_HISTORY = 3;

/**
 * Renders the objects. Pure: plain settings give plain manifests, and a computed setting appears as it came in exactly one leaf of each
 * object, so that at preview an unknown value hides nothing else from policies.
 */
export function modelServingManifests(name: string, settings: ModelServingSettings): ModelServingManifests {
  const identity = servingIdentity(name, settings);
  const pod = { ...modelServingPod(name, settings), ...surroundingPodFields(identity, settings.surroundings) };
  return {
    serviceAccount: serviceAccount(name, settings),
    deployment: deployment(name, settings, pod),
    service: service(name, settings),
    kserve: kserve(identity, settings, pod),
    ...surroundingManifests(identity, settings.surroundings, settings),
    verificationConfig: verificationConfig({ ...metadata(name, settings), name: verificationConfigName(name) }, settings.files),
    gpuClaimTemplate: gpuClaimTemplate(metadata(name, settings), settings.gpu),
  };
}

/** An identity of its own that can do nothing: no bindings, and no token in the pod. */
function serviceAccount(name: string, settings: ModelServingSettings): k8s.types.input.core.v1.ServiceAccount {
  return {
    metadata: metadata(name, settings),
    automountServiceAccountToken: false,
    imagePullSecrets: settings.imagePullSecrets.map((secret) => ({ name: secret })),
  };
}

function deployment(name: string, settings: ModelServingSettings, pod: PodSpec): k8s.types.input.apps.v1.Deployment {
  return {
    metadata: metadata(name, settings),
    spec: {
      ...(settings.surroundings.autoscaling === undefined && { replicas: settings.replicas }),
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: selector(name) },
      strategy: strategy(settings),
      template: { metadata: { labels: labels(name), annotations: podAnnotations(settings) }, spec: pod },
    },
  };
}

/**
 * A new pod beside the old one needs a GPU that clusters sized to the service do not have, or a volume that the node of the old one holds:
 * the roll-out would wait forever.
 */
function strategy({ gpu, files }: ModelServingSettings): k8s.types.input.apps.v1.DeploymentStrategy {
  const rollingUpdate = gpu || singleNodeMount(files) ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
  return { type: 'RollingUpdate', rollingUpdate };
}

/** The same pod, for KServe to run. */
function kserve(identity: ServingIdentity, settings: ModelServingSettings, pod: PodSpec): CustomObject | undefined {
  const { surroundings, files } = settings;
  return (
    surroundings.kserve &&
    kserveManifest(
      surroundings.kserve,
      identity,
      {
        pod,
        server: serverContainer(settings),
        labels: identity.labels,
        annotations: podAnnotations(settings),
        replicas: surroundings.autoscaling === undefined ? settings.replicas : undefined,
      },
      { model: files.model, strategy: strategy(settings) },
    )
  );
}

function service(name: string, settings: ModelServingSettings): k8s.types.input.core.v1.Service {
  return {
    metadata: metadata(name, settings),
    spec: {
      type: 'ClusterIP',
      selector: selector(name),
      ports: [{ name: SERVER_PORT_NAME, port: settings.port, targetPort: SERVER_PORT_NAME, protocol: 'TCP' }],
    },
  };
}

function servingIdentity(name: string, settings: ModelServingSettings): ServingIdentity {
  return {
    name,
    namespace: settings.namespace,
    labels: labels(name),
    selector: selector(name),
    workload: workloadName(name, settings.surroundings.kserve),
    portName: SERVER_PORT_NAME,
    port: settings.port,
  };
}

function metadata(name: string, settings: ModelServingSettings): k8s.types.input.meta.v1.ObjectMeta {
  return { name, namespace: settings.namespace, labels: labels(name) };
}

/** Part of the labels that never changes: selectors are immutable. */
function selector(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': 'model-serving', 'app.kubernetes.io/instance': name };
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
function labels(name: string): Readonly<Record<string, string>> {
  return {
    ...selector(name),
    'app.kubernetes.io/component': 'inference-server',
    'app.kubernetes.io/part-of': 'pulumi-model-supply-chain',
    'app.kubernetes.io/managed-by': 'pulumi',
  };
}
