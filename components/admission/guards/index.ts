import type { AdmissionBackend } from '../args';
import type { KubernetesObject } from '../kubernetesObject';
import { guardController } from './controllerNamespace';
import type { Administrators } from './guard';
import { guardNamespaces } from './namespaces';
import { guardPolicies } from './policies';

export type { Administrators } from './guard';

/** What enforces the trust policy, to the guards. */
export interface GuardedController {
  /** Which controller it is: ClusterPolicies are Kyverno's too. */
  readonly backend: Exclude<AdmissionBackend, 'clusterPolicy'>;
  /** The service accounts in it are its own. */
  readonly namespace: string;
}

/**
 * The trust policy does not bind an author of Kyverno policies or exceptions, or of namespaces without the label, or of what runs as
 * Kyverno; and several published escalations of Kyverno begin with a policy that a tenant may write. ValidatingAdmissionPolicies of the API
 * server itself, since Kyverno does not guard Kyverno, and is not there while it is being replaced.
 *
 * Not guarded, because the API server exempts them from admission: policies of the API server and their bindings, these guards among them.
 * Those are for RBAC (docs/admission.md, "What the guards do not cover").
 */
export function renderGuards(name: string, administrators: Administrators, controller: GuardedController): readonly KubernetesObject[] {
  return [
    ...guardPolicies(name, administrators, controller),
    ...guardController(name, administrators, controller),
    ...guardNamespaces(name, administrators, controller),
  ];
}
