import { createHash } from 'node:crypto';

import { ENFORCEMENT_LABEL, ENFORCEMENT_ON } from '../namespace/labels';

/** A Kubernetes object as it is sent to the API server; nothing in it is computed. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

export const enforcedNamespaces = { matchLabels: { [ENFORCEMENT_LABEL]: ENFORCEMENT_ON } } as const;

/** Long enough for people, and short enough for names of webhooks that Kyverno makes of it. */
const MAX_NAME = 63;

/** A name of a Kubernetes object (RFC 1123 subdomain) out of a name of the trust policy, which may hold more. */
export function objectName(...parts: readonly string[]): string {
  const name = parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (name.length <= MAX_NAME) return name;
  // Cut off alone, `NAME-images` and `NAME-images-debug` would be one object.
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_NAME - suffix.length - 1).replace(/-+$/, '')}-${suffix}`;
}
