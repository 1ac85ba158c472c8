import type * as k8s from '@pulumi/kubernetes';

import { podAnnotations } from './annotations';
import { gpuClaimTemplate } from './gpuClaim';
import { modelServingPod } from './pod';
import type { ModelServingSettings } from './settings';
import { singleNodeMount } from './settings/replicas';
import { verificationConfig, verificationConfigName } from './verificationConfig';

/** The Kubernetes objects of one ModelServing. */
export interface ModelServingManifests {
  readonly serviceAccount: k8s.types.input.core.v1.ServiceAccount;
  readonly deployment: k8s.types.input.apps.v1.Deployment;
  readonly service: k8s.types.input.core.v1.Service;
  readonly networkPolicy: k8s.types.input.networking.v1.NetworkPolicy;
  /** Keys by which files are verified at start; `undefined` when none are. */
  readonly verificationConfig: k8s.types.input.core.v1.ConfigMap | undefined;
  /** What each pod claims; `undefined` without dynamic resource allocation. */
  readonly gpuClaimTemplate: k8s.types.input.resource.v1.ResourceClaimTemplate | undefined;
}

/** Old ReplicaSets to keep for a rollback. */
const REVISION_HISTORY = 3;

/** Label that every namespace bears with its own name. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * Renders the objects. Pure: plain settings give plain manifests, and a computed setting appears as it came in exactly one leaf of each
 * object, so that at preview an unknown value hides nothing else from policies.
 */
export function modelServingManifests(name: string, settings: ModelServingSettings): ModelServingManifests {
  return {
    serviceAccount: serviceAccount(name, settings),
    deployment: deployment(name, settings),
    service: service(name, settings),
    networkPolicy: networkPolicy(name, settings),
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

function deployment(name: string, settings: ModelServingSettings): k8s.types.input.apps.v1.Deployment {
  return {
    metadata: metadata(name, settings),
    spec: {
      replicas: settings.replicas,
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: selector(name) },
      strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(settings) },
      template: { metadata: { labels: labels(name), annotations: podAnnotations(settings) }, spec: modelServingPod(name, settings) },
    },
  };
}

/**
 * A new pod beside the old one needs a GPU that clusters sized to the service do not have, or a volume that the node of the old one holds:
 * the roll-out would wait forever.
 */
function rollingUpdate({ gpu, files }: ModelServingSettings): k8s.types.input.apps.v1.RollingUpdateDeployment {
  return gpu || singleNodeMount(files) ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
}

function service(name: string, settings: ModelServingSettings): k8s.types.input.core.v1.Service {
  return {
    metadata: metadata(name, settings),
    spec: {
      type: 'ClusterIP',
      selector: selector(name),
      ports: [{ name: 'http', port: settings.port, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/**
 * Who may talk to the server, and to whom it may talk: nobody. The kubelet pulls images and model volumes on the node, so a server of a
 * mounted model needs no network of its own, and a poisoned model can neither download nor send anything.
 */
function networkPolicy(name: string, settings: ModelServingSettings): k8s.types.input.networking.v1.NetworkPolicy {
  return {
    metadata: metadata(name, settings),
    spec: {
      podSelector: { matchLabels: selector(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            { podSelector: {} },
            ...settings.clientNamespaces.map((namespace) => ({
              namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } },
            })),
          ],
          ports: [{ protocol: 'TCP', port: 'http' }],
        },
      ],
      egress: [],
    },
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
