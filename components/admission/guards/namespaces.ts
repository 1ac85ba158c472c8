import { celText, celTexts } from '../celText';
import { ENFORCEMENT_LABEL } from '../../namespace/labels';
import { objectName } from '../kubernetesObject';
import type { KubernetesObject } from '../kubernetesObject';
import type { GuardedController } from '.';
import { byAdministrator, guard, withSubresources } from './guard';
import type { Administrators, GuardRule } from './guard';

/**
 * The label stays on. Deleting the namespace takes it off, too: made again under its name, and with everything that trusts this name
 * (identities of workloads in a cloud, network policies), it would have none.
 */
export function guardNamespaces(
  name: string,
  administrators: Administrators,
  { backend, namespace }: GuardedController,
): readonly KubernetesObject[] {
  const trusted = byAdministrator(administrators);
  return guard(
    objectName(name, 'guard-namespaces'),
    { resourceRules: [withSubresources('', ['namespaces'], ['CREATE', 'UPDATE', 'DELETE'])] },
    {
      expression: `request.operation != "UPDATE" || ${trusted} || ${labelled('oldObject')} != "true" || ${labelled('object')} == "true"`,
      message: `only administrators may take the label ${ENFORCEMENT_LABEL} off a namespace: without it the trust policy does not hold there; next: leave the label, or ask to be named in administrators of ModelAdmission`,
    },
    {
      expression: `request.operation != "DELETE" || ${trusted} || ${labelled('oldObject')} != "true" && oldObject.metadata.name != ${celText(namespace)}`,
      message: `only administrators may delete a namespace with the label ${ENFORCEMENT_LABEL}, or ${namespace}: made again, it would not have the label; next: ask an administrator, or to be named in administrators of ModelAdmission`,
    },
    ...(backend === 'kyverno' ? [exemptNamespaces(namespace)] : []),
  );
}

/** Left out by the chart of Kyverno, with its own namespace (`config.resourceFilters`). */
const EXEMPT = ['kube-system', 'kube-public', 'kube-node-lease'];

/** For administrators too: they would be the ones who believe it. A namespace that has the label already can still be changed. */
const exemptNamespaces = (namespace: string): GuardRule => ({
  expression: `request.operation == "DELETE" || !(object.metadata.name in ${celTexts([...EXEMPT, namespace])}) || ${labelled('object')} != "true" || request.operation == "UPDATE" && ${labelled('oldObject')} == "true"`,
  message: `the label ${ENFORCEMENT_LABEL} would promise what does not hold: Kyverno does not look into namespaces of the system and into its own; next: run models in a namespace of their own`,
});

const labelled = (object: string): string => `${object}.metadata.?labels[?${celText(ENFORCEMENT_LABEL)}].orValue("")`;
