import { renderClusterPolicies } from './cluster-policy/clusterPolicy';
import { spellingRules } from './cluster-policy/spelling';
import { renderGuards } from './guards';
import { renderHardening } from './hardening/hardeningPolicies';
import { renderImageValidatingPolicies } from './imageValidatingPolicy';
import type { KubernetesObject } from './kubernetesObject';
import { renderClusterImagePolicies } from './policy-controller/clusterImagePolicy';
import { renderControllerConfig } from './policy-controller/controllerConfig';
import { controllerPreviewOnly, controllerStricter } from './policy-controller/gaps';
import { renderPodImages } from './policy-controller/podImages';
import type { PolicyGap } from './policyGaps';
import type { ModelAdmissionSettings } from './settings';
import { renderUnlistedImages } from './unlistedImages';
import { PODS } from './workloads';

/** Everything that a trust policy comes to in a cluster. */
export interface ModelAdmissionManifests {
  readonly policies: readonly KubernetesObject[];
  readonly guards: readonly KubernetesObject[];
  /** Policies of the API server about hardened pods. */
  readonly hardening: readonly KubernetesObject[];
  /** Looked at by preview and promotion only. */
  readonly previewOnly: readonly PolicyGap[];
  /** Refused by the cluster although the preview accepts it. */
  readonly stricter: readonly PolicyGap[];
}

/** Renders the objects. Pure: the same settings give the same objects. */
export function modelAdmissionManifests(settings: ModelAdmissionSettings): ModelAdmissionManifests {
  const { trust, enforcement, administrators, controller } = settings;
  const guards = administrators === undefined ? [] : renderGuards(enforcement.name, administrators, controller);
  const hardening = hardeningOf(settings);
  switch (settings.backend) {
    case 'kyverno': {
      const images = renderImageValidatingPolicies(trust, enforcement);
      const unlisted = renderUnlistedImages(enforcement.name, trust.policy, enforcement);
      const policies = [...images.objects, ...unlisted].map((object) => (settings.backgroundScan ? scanned(object) : object));
      return { policies, guards, hardening, previewOnly: images.previewOnly, stricter: images.stricter };
    }
    case 'clusterPolicy': {
      const images = renderClusterPolicies(trust, enforcement);
      const unlisted = renderUnlistedImages(enforcement.name, trust.policy, { ...enforcement, alwaysDenied: spellingRules(trust.policy) });
      return { policies: [...images.objects, ...unlisted], guards, hardening, previewOnly: images.previewOnly, stricter: images.stricter };
    }
    case 'policyController': {
      const policies = [
        ...renderClusterImagePolicies(enforcement.name, trust),
        ...renderPodImages(enforcement.name, trust.policy),
        ...renderControllerConfig(enforcement.name, controller.namespace),
      ];
      return { policies, guards, hardening, previewOnly: controllerPreviewOnly, stricter: controllerStricter(trust.policy) };
    }
  }
}

/**
 * Also evaluated by the reports controller, as if the pod were created now. Nothing runs as an ephemeral container only; what custom resources
 * name runs as pods, and the reports controller may not read them: Kyverno would never call the policy ready.
 */
function scanned(object: KubernetesObject): KubernetesObject {
  if (!isAboutPods(object)) return object;
  return { ...object, spec: { ...object.spec, evaluation: { background: { enabled: true } } } };
}

const isAboutPods = ({ spec: { matchConstraints } }: KubernetesObject): boolean =>
  (matchConstraints as { readonly resourceRules?: unknown }).resourceRules === PODS;

function hardeningOf({ podHardening, enforcement }: ModelAdmissionSettings): readonly KubernetesObject[] {
  if (podHardening === 'off') return [];
  return renderHardening(enforcement.name, podHardening === 'enforce' ? ['Deny'] : ['Warn', 'Audit']);
}
