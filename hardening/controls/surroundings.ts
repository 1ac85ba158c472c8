import type { Field } from '../pod/field';
import { violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import { selects } from './labelSelector';
import type { Control } from './types';

/** A workload with a model, as the resources around it see it. */
export interface Surrounded {
  /** Labels of its pods. */
  readonly labels: Field;
  readonly namespace: Field;
  readonly replicas: Field;
}

/** The resources of the same stack that stand around workloads. */
export interface Surroundings {
  readonly networkPolicies: readonly Field[];
  readonly disruptionBudgets: readonly Field[];
}

/** A control that no pod shows. Another stack may have the resource, so all of these are advice. */
export interface SurroundingControl extends Omit<Control, 'look' | 'severity'> {
  readonly severity: 'advise';
  readonly look: (workload: Surrounded, surroundings: Surroundings) => readonly Observation[];
}

export const SURROUNDING_CONTROLS: readonly SurroundingControl[] = [
  {
    id: 'network-policy',
    title: 'a network policy in both directions',
    severity: 'advise',
    reason: 'without one everybody in the cluster can call the server, and a poisoned model can send what it sees anywhere',
    fix: 'add a NetworkPolicy with policyTypes Ingress and Egress that selects the pods; ModelServing makes one',
    look: ({ labels, namespace }, { networkPolicies }) => {
      const around = networkPolicies.filter((policy) => isAround(policy, 'podSelector', labels, namespace));
      return ['Ingress', 'Egress']
        .filter((direction) => !around.some((policy) => restricts(policy, direction)))
        .map((direction) => violation(labels, `a NetworkPolicy for ${direction} that selects these pods`, 'none in this stack'));
    },
  },
  {
    id: 'disruption-budget',
    title: 'a disruption budget for several replicas',
    severity: 'advise',
    reason: 'when nodes are drained, all replicas may go at once, and each takes minutes to load its model again',
    fix: 'add a PodDisruptionBudget with minAvailable: 1 that selects the pods; ModelServing makes one',
    look: ({ labels, namespace, replicas }, { disruptionBudgets }) =>
      (replicas.number ?? 1) < 2 || disruptionBudgets.some((budget) => isAround(budget, 'selector', labels, namespace))
        ? []
        : [violation(labels, 'a PodDisruptionBudget that selects these pods', 'none in this stack')],
  },
];

/** Whether a resource selects the pods, or may do so once everything is known. */
function isAround(resource: Field, selector: string, labels: Field, namespace: Field): boolean {
  const its = resource.at('metadata', 'namespace');
  const isElsewhere = !its.isUnknown && !namespace.isUnknown && its.text !== namespace.text;
  return !isElsewhere && selects(resource.at('spec', selector), labels) !== false;
}

/** A policy that says nothing of policyTypes is about ingress, and about egress when it has rules for it. */
function restricts(policy: Field, direction: string): boolean {
  const types = policy.at('spec', 'policyTypes');
  if (types.isAbsent) return direction === 'Ingress' || !policy.at('spec', 'egress').isAbsent;
  return types.items().some((type) => type.isUnknown || type.text === direction);
}
