import type * as k8s from '@pulumi/kubernetes';

import { fileContainers } from './pod/fileContainers';
import { scheduling } from './pod/scheduling';
import { serverContainer } from './pod/serverContainer';
import { podVolumes } from './pod/volumes';
import type { ModelServingSettings } from './settings';

/**
 * The pod: the Pod Security Standard "restricted", and what it leaves out: a read-only root, no service account token, user ids of its own,
 * bounded scratch space, read-only models, hubs switched off.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function modelServingPod(name: string, settings: ModelServingSettings): k8s.types.input.core.v1.PodSpec {
  const initContainers = fileContainers(settings);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    shareProcessNamespace: false,
    // The NVIDIA hooks run with the mapped user and cannot read what they need: GPU pods keep the ids of the node.
    ...(settings.ownUserIds && { hostUsers: false }),
    terminationGracePeriodSeconds: settings.terminationSeconds,
    securityContext: podSecurityContext(settings),
    imagePullSecrets: settings.imagePullSecrets.map((secret) => ({ name: secret })),
    ...scheduling(name, settings.gpu),
    ...(initContainers.length > 0 && { initContainers }),
    containers: [serverContainer(settings)],
    volumes: podVolumes(name, settings),
  };
}

function podSecurityContext(settings: ModelServingSettings): k8s.types.input.core.v1.PodSecurityContext {
  const groups = settings.gpu?.supplementalGroups ?? [];
  return {
    runAsNonRoot: true,
    runAsUser: settings.runAsUser,
    runAsGroup: settings.runAsGroup,
    fsGroup: settings.runAsGroup,
    ...(groups.length > 0 && { supplementalGroups: [...groups] }),
    seccompProfile: { type: 'RuntimeDefault' },
    ...(settings.appArmor && { appArmorProfile: { type: 'RuntimeDefault' } }),
  };
}
