import type { ExpectedSigner, Finding } from './finding';
import { failure, success } from './result';
import type { Result } from './result';
import { fetchKmsKey } from './sigstore/kmsKey';
import type { LoadedTrustRoot, SigningAuthority } from './sigstore/types';
import { describeIdentity } from './trust-policy/identity';
import type { Authority, ImagePolicy } from './trust-policy/types';

/** What verification needs of an authority, and what to warn of when it is used (an offline copy of a trust root, say). */
export interface AuthorityMaterial {
  readonly material: SigningAuthority;
  readonly warnings: readonly Finding[];
}

/** A trust root and the warnings that go with its use. */
export interface TrustRootMaterial {
  readonly root: LoadedTrustRoot;
  readonly warnings: readonly Finding[];
}

/** Turns authorities of the policy into keys and trust roots; loads each trust root once, and only when an image asks for it. */
export class AuthorityMaterials {
  readonly #trustRoot: (name: string) => Promise<Result<TrustRootMaterial>>;
  readonly #keys: ReadonlyMap<Authority, string>;
  readonly #kmsKeys = new Map<string, Promise<Result<string>>>();
  readonly #loaded = new Map<string, Promise<Result<TrustRootMaterial>>>();

  /**
   * @param trustRoot loads the trust root of that name
   * @param keys PEM of every key authority
   */
  constructor(trustRoot: (name: string) => Promise<Result<TrustRootMaterial>>, keys: ReadonlyMap<Authority, string>) {
    this.#trustRoot = trustRoot;
    this.#keys = keys;
  }

  /** @returns the material, or `trust-root-unavailable`, `kms-key-unavailable` */
  async load(authority: Authority): Promise<Result<AuthorityMaterial>> {
    const root = authority.trustRoot === undefined ? undefined : await this.#rootOnce(authority.trustRoot);
    if (root !== undefined && !root.ok) return failure(root.finding);
    const warnings = root?.value.warnings ?? [];
    if (authority.kind === 'keyless') {
      if (root === undefined) throw new Error(`keyless authority ${authority.name} without a trust root passed the parser`);
      return success({ material: { kind: 'keyless', trustRoot: root.value.root }, warnings });
    }
    const key = await this.#keyOf(authority);
    if (!key.ok) return key;
    return success({ material: { kind: 'key', publicKeyPem: key.value, ...(root && { trustRoot: root.value.root }) }, warnings });
  }

  /**
   * Starts loading the trust roots of these policies while the registry is being asked, since they come from elsewhere or take time to read.
   */
  loadSoon(policies: readonly ImagePolicy[]): void {
    const names = policies.flatMap(({ authorities }) => authorities.flatMap(({ trustRoot }) => trustRoot ?? []));
    // What goes wrong is told by `load`.
    names.forEach((name) => void this.#rootOnce(name).catch(() => undefined));
  }

  async #keyOf(authority: Authority & { kind: 'key' }): Promise<Result<string>> {
    if (authority.key.kind !== 'kms') {
      const pem = this.#keys.get(authority);
      if (pem === undefined) throw new Error(`the key of authority ${authority.name} was not loaded with the policy`);
      return success(pem);
    }
    const { reference } = authority.key;
    const known = this.#kmsKeys.get(reference) ?? fetchKmsKey(reference);
    this.#kmsKeys.set(reference, known);
    return known;
  }

  #rootOnce(name: string): Promise<Result<TrustRootMaterial>> {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const loading = this.#trustRoot(name);
    this.#loaded.set(name, loading);
    return loading;
  }
}

/** The signers that a policy accepts, in words for messages. */
export function expectedSigners(policy: ImagePolicy): readonly ExpectedSigner[] {
  return policy.authorities.flatMap((authority): readonly ExpectedSigner[] => {
    if (authority.kind === 'key') {
      return [{ authority: authority.name, description: `the key ${keyInWords(authority)}` }];
    }
    return authority.identities.map((identity) => ({
      authority: authority.name,
      description: describeIdentity(identity),
      identity: {
        issuer: identity.issuer,
        subject: identity.subject.kind === 'exact' ? identity.subject.value : identity.subject.source,
        subjectIsPattern: identity.subject.kind === 'pattern',
      },
    }));
  });
}

function keyInWords({ key }: Authority & { kind: 'key' }): string {
  if (key.kind === 'path') return key.path;
  return key.kind === 'kms' ? key.reference : 'written in the policy';
}
