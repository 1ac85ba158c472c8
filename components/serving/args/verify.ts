import type * as pulumi from '@pulumi/pulumi';

/**
 * How the signature of model files is verified when a pod starts, with `model_signing verify` (OpenSSF Model Signing): by a key, by a
 * certificate chain, or by a Sigstore identity. None of the three needs the network. Sign with `--no-ignore-git-paths`: otherwise the
 * signature does not speak for files whose names begin with `.git`, and lets others be added.
 */
export interface ModelVerificationArgs {
  /**
   * Image with the `model_signing` command (1.1 or later) on the path of an ordinary user, pinned by digest. The published
   * `model-transparency-cli` keeps it below /root, where no other user may read; build one: `FROM python:3.13-slim`,
   * `RUN pip install model-signing`.
   */
  readonly image: pulumi.Input<string>;
  /** Public key of the signer, in PEM. */
  readonly publicKey?: pulumi.Input<string>;
  /** Certificates up to the root that is trusted, in PEM. */
  readonly certificateChain?: pulumi.Input<string>;
  /** The Sigstore client trust configuration (JSON). Demanded, because without it the command asks the Internet whom to trust. */
  readonly trustConfig?: pulumi.Input<string>;
  /** Exact identity of the signer, with `trustConfig`: the address or workflow in the certificate. */
  readonly identity?: pulumi.Input<string>;
  /** OpenID Connect issuer of the identity, with `trustConfig`: `https://token.actions.githubusercontent.com`. */
  readonly identityProvider?: pulumi.Input<string>;
  /**
   * The signature inside the directory of the files, relative.
   * @default "model.sig"
   */
  readonly signature?: string;
  /**
   * Accepts symbolic links among the files, as in a cache of the Hugging Face client.
   * @default false
   */
  readonly allowSymlinks?: boolean;
}
