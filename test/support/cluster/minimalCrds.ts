import type { ApiClient } from './apiClient';
import { installCrd } from './installCrds';

/** A kind for which upstream's definition is not to be had as a Go module. */
export interface MinimalCrd {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

/**
 * Creates definitions of ours, which say nothing about what is in a `spec`: the API server stores any. They stand in for those of operators that
 * are not published as Go modules, so they show which requests reach admission, and not what those operators accept.
 */
export async function installMinimalCrds(client: ApiClient, crds: readonly MinimalCrd[]): Promise<void> {
  await Promise.all(crds.map((crd) => installCrd(client, JSON.stringify(definitionOf(crd)))));
}

const definitionOf = ({ group, version, kind, plural }: MinimalCrd) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, a stand-in for tests' } },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
});
