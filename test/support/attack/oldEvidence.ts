import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Verdict } from '../../../verification';
import { attachBundle } from '../sigstore/attach';
import { logEntryJson } from '../sigstore/bundles';
import type { BundleJson } from '../sigstore/bundles';
import { attachLegacyAttestations, toLegacyLayer } from '../sigstore/legacyAttestations';
import { dsseBody } from '../sigstore/logBodies';
import { enterIntoLog, generateSigningKey, timestampSignature } from '../sigstore/services';
import { publicKeyPem } from '../sigstore/signers';
import { startSupplyChain } from '../supplyChain';
import type { PushedImage, SupplyChain } from '../supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../verify';
import type { Answer } from './attempt';

export const SCAN_TYPE = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const CRITICAL = { VulnerabilityID: 'CVE-2026-1', PkgName: 'openssl', InstalledVersion: '3.0.1', Severity: 'CRITICAL' };

export const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** A trivy scan as cosign wraps it; `finishedAt` absent: it says nothing of its time. */
export const scan = (result: 'clean' | 'critical', finishedAt?: Date): object => ({
  scanner: {
    uri: 'pkg:github/aquasecurity/trivy@0.58.1',
    version: '0.58.1',
    result: {
      SchemaVersion: 2,
      ArtifactName: 'model',
      Results: [{ Target: 'model', Vulnerabilities: result === 'clean' ? [] : [CRITICAL] }],
    },
  },
  metadata: finishedAt === undefined ? {} : { scanFinishedOn: finishedAt.toISOString() },
});

/** Order of the group of P-256, as SEC 2 writes it. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/**
 * A key whose signatures are logged, and what an attacker without the key can do to them: everything that needs no new signature of the key.
 */
export class OldEvidence {
  readonly supplyChain: SupplyChain;
  readonly #key = generateSigningKey();
  #images = 0;

  constructor(supplyChain: SupplyChain) {
    this.supplyChain = supplyChain;
  }

  image(): PushedImage {
    return this.supplyChain.push(`acme/old-${this.#images++}`);
  }

  /** An attestation by the key that the log entered then. */
  attested(image: PushedImage, predicateType: string, predicate: object, integratedTime: Date): Promise<BundleJson> {
    return this.supplyChain.sigstore.attest({
      digest: image.digest,
      key: this.#key,
      predicateType,
      predicate,
      logged: true,
      integratedTime,
    });
  }

  /** A signature by the key that the log entered then. */
  signed(image: PushedImage, integratedTime: Date): Promise<BundleJson> {
    return this.supplyChain.sigstore.signImage({ digest: image.digest, key: this.#key, logged: true, integratedTime });
  }

  /** The same signature with a log entry of this moment instead of its own: anybody may submit it to the log again. */
  async relogged(bundle: BundleJson, at = new Date()): Promise<BundleJson> {
    const certificate = bundle.verificationMaterial.certificate?.rawBytes;
    const verifier =
      certificate === undefined
        ? publicKeyPem(this.#key.publicKey)
        : `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
    const body = dsseBody(bundle.dsseEnvelope!, verifier);
    const entry = logEntryJson(body, await enterIntoLog(this.supplyChain.sigstore.services, body, at), '0.3');
    return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [entry] } };
  }

  /** The same signature with a timestamp of this moment and no log entry. */
  async timestamped(bundle: BundleJson): Promise<BundleJson> {
    const signature = Buffer.from(bundle.dsseEnvelope!.signatures[0]!.sig, 'base64');
    const token = await timestampSignature(this.supplyChain.sigstore.services, signature);
    const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: token.toString('base64') }] };
    return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [], timestampVerificationData } };
  }

  /** The same signature with a log entry and a timestamp of this moment. */
  async witnessed(bundle: BundleJson): Promise<BundleJson> {
    const [logged, stamped] = [await this.relogged(bundle), await this.timestamped(bundle)];
    const { timestampVerificationData } = stamped.verificationMaterial;
    return {
      ...logged,
      verificationMaterial: { ...logged.verificationMaterial, ...(timestampVerificationData && { timestampVerificationData }) },
    };
  }

  /** The twin of an ECDSA signature, (r, n - s), with a log entry of this moment: other bytes, valid, and made without the key. */
  async twin(bundle: BundleJson): Promise<BundleJson> {
    const envelope = bundle.dsseEnvelope!;
    const sig = twinSignature(Buffer.from(envelope.signatures[0]!.sig, 'base64')).toString('base64');
    return this.relogged({ ...bundle, dsseEnvelope: { ...envelope, signatures: [{ sig }] } });
  }

  async attach(image: PushedImage, ...bundles: readonly BundleJson[]): Promise<PushedImage> {
    for (const bundle of bundles) {
      await attachBundle(this.supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle });
    }
    return image;
  }

  /** As cosign 2 kept attestations, under the tag `.att`. */
  async attachLegacy(image: PushedImage, bundle: BundleJson, predicateType: string): Promise<PushedImage> {
    await attachLegacyAttestations(this.supplyChain.registry, {
      repository: image.repository,
      subject: { digest: image.digest },
      layers: [toLegacyLayer(bundle, predicateType)],
    });
    return image;
  }

  /** The local Sigstore, as if it had been there for years. */
  #trustedRoot(): string {
    const text = JSON.stringify(this.supplyChain.sigstore.trustedRootJson).replaceAll(/"start":"[^"]*"/g, '"start":"2020-01-01T00:00:00Z"');
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'root-')), 'trusted_root.json');
    writeFileSync(file, text);
    return file;
  }

  /** The answer under a policy that trusts the key, with these fields more; `root` is of its trust root. */
  async judge(image: PushedImage, fields: object, options: object = {}, root: object = {}): Promise<Answer> {
    return summary(await this.verdict(image, fields, options, root)) as Answer;
  }

  async verdict(image: PushedImage, fields: object, options: object = {}, root: object = {}): Promise<Verdict> {
    const authorities = [{ name: 'key', key: { data: publicKeyPem(this.#key.publicKey), trustRoot: 'local' } }];
    const trustRoots = [{ name: 'local', file: { path: this.#trustedRoot() }, thresholds: { transparencyLog: 0, timestamps: 1 }, ...root }];
    const policies = [keylessPolicy(this.supplyChain, { authorities, ...fields })];
    return (await verifierFor(trustPolicyOf(this.supplyChain, { policies, trustRoots }), options)).verify(image.reference);
  }
}

/** @param signature DER of (r, s) */
export function twinSignature(signature: Buffer): Buffer {
  const rLength = signature[3]!;
  const r = signature.subarray(2, 4 + rLength);
  const s = BigInt(`0x${signature.subarray(6 + rLength).toString('hex')}`);
  const hex = (ORDER - s).toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  const unsigned = Buffer.from(digits, 'hex');
  const bytes = unsigned[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), unsigned]) : unsigned;
  return Buffer.concat([Buffer.from([0x30, r.length + 2 + bytes.length]), r, Buffer.from([0x02, bytes.length]), bytes]);
}

/** One supply chain for a test file. */
export function withOldEvidence(use: (evidence: OldEvidence) => void): void {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
    use(new OldEvidence(supplyChain));
  });
  afterAll(() => supplyChain.stop());
}
