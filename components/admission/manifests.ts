import { renderGuards } from './guards';
import { renderImageValidatingPolicy } from './imageValidatingPolicy';
import type { KubernetesObject } from './kubernetesObject';
import type { PolicyGap } from './policyGaps';
import type { ModelAdmissionSettings } from './settings';
import { renderUnlistedImages } from './unlistedImages';

/** Everything that a trust policy comes to in a cluster. */
export interface ModelAdmissionManifests {
  readonly policies: readonly KubernetesObject[];
  readonly guards: readonly KubernetesObject[];
  /** Looked at by preview and promotion only. */
  readonly previewOnly: readonly PolicyGap[];
  /** Refused by the cluster although the preview accepts it. */
  readonly stricter: readonly PolicyGap[];
}

/** Renders the objects. Pure: the same settings give the same objects. */
export function modelAdmissionManifests({
  trust,
  enforcement,
  administrators,
  kyvernoNamespace,
}: ModelAdmissionSettings): ModelAdmissionManifests {
  const rendered = trust.policy.policies.map((policy) => renderImageValidatingPolicy(policy, trust, enforcement));
  return {
    policies: [
      ...rendered.flatMap(({ objects }) => objects),
      ...renderUnlistedImages(enforcement.name, trust.policy, enforcement.timeoutSeconds),
    ],
    guards: administrators === undefined ? [] : renderGuards(enforcement.name, administrators, kyvernoNamespace),
    previewOnly: rendered.flatMap(({ previewOnly }) => previewOnly),
    stricter: rendered.flatMap(({ stricter }) => stricter),
  };
}
