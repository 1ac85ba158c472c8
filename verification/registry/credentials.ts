import type { Repository } from './types';

/** What opens a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, good at the registry's token service only: https://distribution.github.io/distribution/spec/auth/oauth/ */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that somebody fetched before us; goes to the registry as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** Something is configured for the registry and cannot be used; anonymous access goes on, and a refusal then says why. */
export interface UnusableCredentials {
  readonly kind: 'unusable';
  readonly problem: string;
}

export type FoundCredentials = Credentials | UnusableCredentials | undefined;

/**
 * Where credentials come from. Asked with the exact repository (`docker.io` for Docker Hub) when its registry demands authentication, and
 * the answer is sent to that registry and its token service only.
 */
export type CredentialSource = (repository: Repository) => FoundCredentials | Promise<FoundCredentials>;

/** The first source that has an entry decides, also if its entry cannot be used: a silent second choice would hide the broken first. */
export function firstOf(sources: readonly CredentialSource[]): CredentialSource {
  return async (repository) => {
    for (const source of sources) {
      const found = await source(repository);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** The value of a Basic `Authorization` header: https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
