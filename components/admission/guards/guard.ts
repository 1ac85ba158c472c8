import { LABELS } from '../../namespace/labels';
import { celText, celTexts } from '../celText';
import type { KubernetesObject } from '../kubernetesObject';

/** Who may change what enforces the trust policy. */
export interface Administrators {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What must hold for a request, and what its author reads when it does not. */
export interface GuardRule {
  readonly expression: string;
  readonly message: string;
}

/** CEL: whether the request is by an administrator. */
export function byAdministrator({ users, groups }: Administrators): string {
  return [...(users.length === 0 ? [] : [byUser(users)]), ...(groups.length === 0 ? [] : [byGroup(groups)])].join(' || ');
}

/** CEL: whether the request is by one of these users. */
export const byUser = (users: readonly string[]): string => `request.userInfo.username in ${celTexts(users)}`;

/** CEL: whether the request is by a member of one of these groups. */
export const byGroup = (groups: readonly string[]): string => `request.userInfo.groups.exists(g, g in ${celTexts(groups)})`;

/** CEL: whether the request is by a service account of the namespace. */
export const byServiceAccountIn = (namespace: string): string =>
  `request.userInfo.groups.exists(g, g == ${celText(`system:serviceaccounts:${namespace}`)})`;

/** The API server itself: what it writes when definitions come and go. */
export const API_SERVER = 'system:apiserver';

/** CEL: the object of a request, which a deletion has as the old one only. */
export const OBJECT = '(object == null ? oldObject : object)';

/** CEL: its name. Not `request.name`: that is empty where a whole collection is deleted, and each object passes here all the same. */
export const NAME = `${OBJECT}.metadata.name`;

/** A policy of the API server and the binding that puts it into force everywhere that it selects. */
export function guard(name: string, matchConstraints: object, ...rules: readonly GuardRule[]): readonly KubernetesObject[] {
  const metadata = { name, labels: LABELS };
  const validations = rules.map((rule) => ({ ...rule, reason: 'Forbidden' }));
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', matchConstraints, validations },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/**
 * A rule for resources and all of their subresources. `namespaces` alone would leave out `namespaces/status` and `namespaces/finalize`, by
 * which labels can be changed as well; and `*` leaves out every subresource.
 */
export const withSubresources = (group: string, resources: readonly string[], operations: readonly Operation[]): object => ({
  apiGroups: [group],
  apiVersions: ['*'],
  operations,
  resources: resources.flatMap((resource) => (resource === '*' ? ['*/*'] : [resource, `${resource}/*`])),
});

/** CEL: whether a text ends with one of these. */
export const endsWithAny = (text: string, ends: readonly string[]): string =>
  ends.map((end) => `${text}.endsWith(${celText(end)})`).join(' || ');
