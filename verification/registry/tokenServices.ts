import { DOCKER_HUB } from '../reference/host';

/** A registry whose token service has another host, and where that was seen. */
interface TokenServicePair {
  /** A host; each `*` is exactly one label. */
  readonly registry: string;
  readonly realmHost: string;
  readonly source: string;
}

/**
 * Built-in pairs: both hosts belong to one operator. Everything else has its token service on its own host, or needs the setting
 * `tokenRealms`. Read on 1 December 2026, each in the source that is named; not asked of the registries themselves.
 *
 * Need no entry, because their realm is their own host. Seen in challenges in the tests and error messages of several clients: ghcr.io, quay.io,
 * gcr.io, *.pkg.dev, public.ecr.aws, cgr.dev, icr.io; registry.redhat.io in https://github.com/aboutbits/postgresql-operator/pull/9.
 */
export const TOKEN_SERVICES: readonly TokenServicePair[] = [
  { registry: DOCKER_HUB, realmHost: 'auth.docker.io', source: 'https://distribution.github.io/distribution/spec/auth/token/' },
  { registry: 'registry.gitlab.com', realmHost: 'gitlab.com', source: 'https://github.com/deitch/docker_registry2/issues/14' },
  {
    registry: 'docker.elastic.co',
    realmHost: 'docker-auth.elastic.co',
    source: 'https://github.com/bazel-contrib/rules_oci/blob/07ac43f5bc91d5688066e7f7726e597cd5988835/oci/private/authn.bzl',
  },
  // These and the next stand in no page of the operator that we found: the source is the realm itself, as tests and error messages of clients quote it.
  { registry: 'registry.digitalocean.com', realmHost: 'api.digitalocean.com', source: 'https://api.digitalocean.com/v2/registry/auth' },
  {
    registry: 'rg.*.scw.cloud',
    realmHost: 'api.scaleway.com',
    source: 'https://api.scaleway.com/registry-internal/v1/regions/fr-par/tokens',
  },
  // One service for the registries of all regions in China.
  ...['registry.*.aliyuncs.com', '*.*.personal.cr.aliyuncs.com'].map((registry) => ({
    registry,
    realmHost: 'dockerauth.cn-hangzhou.aliyuncs.com',
    source: 'https://dockerauth.cn-hangzhou.aliyuncs.com/auth',
  })),
  // First nvcr.io/proxy_auth; with an expired token the challenge names this host.
  { registry: 'nvcr.io', realmHost: 'authn.nvidia.com', source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/1945' },
];

/** Whether the table names the host of a realm for a registry. */
export function isNamedTokenService(registry: string, realmHost: string): boolean {
  return TOKEN_SERVICES.some((pair) => pair.realmHost === realmHost && coversHost(pair.registry, registry));
}

function coversHost(pattern: string, registry: string): boolean {
  const labels = registry.split('.');
  const parts = pattern.split('.');
  return labels.length === parts.length && parts.every((part, at) => part === labels[at] || (part === '*' && labels[at] !== ''));
}
