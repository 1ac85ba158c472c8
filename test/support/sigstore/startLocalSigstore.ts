import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpFront } from './httpFront';
import { mintIdentityToken } from './identityToken';
import { LocalSigstore } from './localSigstore';
import { createServices } from './services';
import type { SignerIdentity } from './signers';

/** Where the services listen: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto (`SigningConfig`). */
function renderSigningConfig(url: string): object {
  const service = {
    url,
    majorApiVersion: 1,
    validFor: { start: new Date(Date.now() - 60 * 60 * 1000).toISOString() },
    operator: 'sigstore.mock',
  };
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service],
    oidcUrls: [],
    rekorTlogUrls: [service],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [],
    tsaConfig: { selector: 'ANY' },
  };
}

/** A running local Sigstore: the in-memory instance, its HTTP front, and the files that point tools to it. */
export interface RunningSigstore {
  readonly sigstore: LocalSigstore;
  /** Base address of Fulcio and Rekor. */
  readonly url: string;
  /** `trusted_root.json` for `--trusted-root` and for a trust policy. */
  readonly trustedRootFile: string;
  /** `signing-config.json` for `--signing-config`. */
  readonly signingConfigFile: string;
  /** A token for `--identity-token`; signatures made with it are by this identity. */
  identityToken(identity: SignerIdentity): string;
  /** Arguments of `cosign sign` and `cosign attest` for a keyless signature by this identity. */
  cosignArguments(identity: SignerIdentity): readonly string[];
  /** Stops the front and removes the directory, unless the caller named it. */
  stop(): Promise<void>;
}

/**
 * Starts a local Sigstore that the real cosign 3 can sign against without any network.
 *
 * @param directory where the two files go; default a fresh temporary directory, removed by `stop`
 * @example
 * const running = await startLocalSigstore();
 * execFileSync(cosign, ['sign', ...running.cosignArguments({ issuer, subject }), `localhost:5000/app@${digest}`]);
 */
export async function startLocalSigstore(directory?: string): Promise<RunningSigstore> {
  const sigstore = new LocalSigstore(await createServices());
  const front = await HttpFront.start(sigstore.services);
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'local-sigstore-')));
  const trustedRootFile = join(home, 'trusted_root.json');
  const signingConfigFile = join(home, 'signing-config.json');
  await sigstore.writeTrustedRoot(trustedRootFile);
  await writeFile(signingConfigFile, JSON.stringify(renderSigningConfig(front.url), null, 2));
  return {
    sigstore,
    url: front.url,
    trustedRootFile,
    signingConfigFile,
    identityToken: mintIdentityToken,
    cosignArguments: (identity) => [
      '--yes',
      '--identity-token',
      mintIdentityToken(identity),
      '--signing-config',
      signingConfigFile,
      '--trusted-root',
      trustedRootFile,
      '--allow-insecure-registry',
    ],
    stop: async () => {
      await front.stop();
      if (directory === undefined) {
        await rm(home, { recursive: true, force: true });
      }
    },
  };
}
