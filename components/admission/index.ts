import { stringify } from 'yaml';

import type { ModelAdmissionArgs } from './args';
import type { KubernetesObject } from './kubernetesObject';
import { modelAdmissionManifests } from './manifests';
import type { ModelAdmissionManifests } from './manifests';
import { modelAdmissionSettings } from './settings';

export type { ModelAdmissionArgs } from './args';
export type { KubernetesObject } from './kubernetesObject';
export type { ModelAdmissionManifests } from './manifests';
export type { PolicyGap } from './policyGaps';

/**
 * Everything that `new ModelAdmission(name, args)` creates, without an engine and without a cluster: to try manifests against it in CI
 * (`kyverno apply`), or to keep it in a repository that a GitOps controller reads.
 *
 * @throws pulumi.InputPropertiesError as ModelAdmission does
 *
 * @example
 * const { policies, guards, hardening } = renderAdmission('models', { trustPolicy: 'trust-policy.yaml' });
 * writeFileSync('admission.yaml', toYaml([...policies, ...guards, ...hardening]));
 */
export function renderAdmission(name: string, args: ModelAdmissionArgs = {}): ModelAdmissionManifests {
  return modelAdmissionManifests(modelAdmissionSettings(name, args));
}

/** Objects as one YAML text of several documents. */
export function toYaml(objects: readonly KubernetesObject[]): string {
  // Long lines stay long: folded, the CEL would be the same and harder to search.
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
