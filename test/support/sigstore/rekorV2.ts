import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { BundleJson, LogEntryJson } from './bundles';
import type { TrustedRootJson } from './trustedRoot';

const ORIGIN = 'log2026-1.rekor.sigstore.test';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/**
 * A Rekor v2 log that holds one entry: no promise and no time of its own, only a checkpoint and a proof.
 * https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md
 */
export class LocalRekorV2 {
  readonly #key = generateKeyPairSync('ed25519');
  readonly #publicKeyDer = this.#key.publicKey.export({ format: 'der', type: 'spki' });
  /** Key ID of a signed note: https://c2sp.org/signed-note#signatures (0x01 is Ed25519, the last 32 bytes are the raw key). */
  readonly #keyId = sha256(`${ORIGIN}\n`, Buffer.from([1]), this.#publicKeyDer.subarray(-32));

  /** The same trusted root with this log in the place of Rekor v1. */
  trustedRoot(root: TrustedRootJson): TrustedRootJson {
    const { validFor } = root.tlogs[0]!.publicKey;
    return {
      ...root,
      tlogs: [
        {
          baseUrl: `https://${ORIGIN}`,
          hashAlgorithm: 'SHA2_256',
          publicKey: { rawBytes: this.#publicKeyDer.toString('base64'), keyDetails: 'PKIX_ED25519', validFor },
          logId: { keyId: this.#keyId.toString('base64') },
        },
      ],
    };
  }

  /** Enters the envelope of a bundle that no log has seen and returns the bundle with the entry. */
  enter(bundle: BundleJson, signerDer = bundle.verificationMaterial.certificate!.rawBytes): BundleJson {
    const { payload, signatures } = bundle.dsseEnvelope!;
    const verifier = { x509Certificate: { rawBytes: signerDer }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' };
    const body = {
      apiVersion: '0.0.2',
      kind: 'dsse',
      spec: {
        dsseV002: {
          payloadHash: { algorithm: 'SHA2_256', digest: sha256(Buffer.from(payload, 'base64')).toString('base64') },
          signatures: [{ content: signatures[0]!.sig, verifier }],
        },
      },
    };
    const material = { ...bundle.verificationMaterial, tlogEntries: [this.#entry(Buffer.from(JSON.stringify(body)))] };
    return { ...bundle, verificationMaterial: material };
  }

  #entry(body: Buffer): LogEntryJson {
    // In a tree of one leaf the root is the hash of the leaf: RFC 6962 section 2.1
    const rootHash = sha256(Buffer.from([0]), body).toString('base64');
    const note = `${ORIGIN}\n1\n${rootHash}\n`;
    const signature = Buffer.concat([this.#keyId.subarray(0, 4), sign(null, Buffer.from(note), this.#key.privateKey)]);
    return {
      logIndex: '0',
      logId: { keyId: this.#keyId.toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.2' },
      integratedTime: '0',
      inclusionProof: {
        logIndex: '0',
        rootHash,
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n— ${ORIGIN} ${signature.toString('base64')}\n` },
      },
      canonicalizedBody: body.toString('base64'),
    };
  }
}
