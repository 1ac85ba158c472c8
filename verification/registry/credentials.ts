export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Something is configured for the registry and cannot be used; anonymous access goes on, and a refusal then says why. */
export interface UnusableCredentials {
  readonly problem: string;
}

/**
 * Where credentials come from. Asked with the exact registry of a reference (host and port, `docker.io` for Docker Hub), and the answer is
 * sent to that registry and its token service only. Asked once per need, so it should be cheap.
 */
export type CredentialSource = (registry: string) => Credentials | UnusableCredentials | undefined;

/** The value of a Basic `Authorization` header: https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
