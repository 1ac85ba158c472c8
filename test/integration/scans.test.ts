import { attachBundle } from '../support/sigstore/attach';
import { generateSigningKey } from '../support/sigstore/services';
import { publicKeyPem } from '../support/sigstore/signers';
import { startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

const SCAN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const CYCLONEDX = 'https://cyclonedx.org/bom';

const BAD = [{ VulnerabilityID: 'CVE-2026-1', PkgName: 'openssl', InstalledVersion: '3.0.1', FixedVersion: '3.0.2', Severity: 'CRITICAL' }];
const scan = (vulnerabilities: readonly object[], finishedAt = minutesAgo(60)): object => ({
  scanner: {
    uri: 'pkg:github/aquasecurity/trivy@0.58.1',
    version: '0.58.1',
    result: { SchemaVersion: 2, ArtifactName: 'model', Results: [{ Target: 'model', Vulnerabilities: vulnerabilities }] },
  },
  metadata: { scanFinishedOn: finishedAt.toISOString() },
});
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** Vulnerability scans and bills of materials, signed, logged, uploaded and found again. */
describe('verifying scans and bills of materials', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  /** With keys, whose signatures the log may have entered at any time; a short-lived certificate is of now. */
  const [scannerKey, foreignKey] = [generateSigningKey(), generateSigningKey()];

  /** Attests, at the time that the log then vouches for. */
  async function attest(image: PushedImage, predicateType: string, predicate: object, loggedAt = minutesAgo(0), key = scannerKey) {
    const { digest, repository } = image;
    const bundle = await supplyChain.sigstore.attest({ digest, key, predicateType, predicate, logged: true, integratedTime: loggedAt });
    await attachBundle(supplyChain.registry, { repository, subject: { digest }, bundle, predicateType });
  }

  async function verify(image: PushedImage, ...attestations: readonly object[]) {
    const scanner = { name: 'scanner', key: { data: publicKeyPem(scannerKey.publicKey), trustRoot: 'local' } };
    const policy = keylessPolicy(supplyChain, { authorities: [scanner], signatures: { threshold: 0 }, attestations });
    return (await verifierFor(trustPolicyOf(supplyChain, { policies: [policy] }))).verify(image.reference);
  }

  describe('when an older clean scan and a newer bad one are attached', () => {
    const uploads = [
      {
        order: 'the clean one first',
        name: 'clean-first',
        scans: [
          [[], 4],
          [BAD, 1],
        ],
      },
      {
        order: 'the bad one first',
        name: 'bad-first',
        scans: [
          [BAD, 1],
          [[], 4],
        ],
      },
    ] as const;

    it.each(uploads)('is rejected for what the newer one found: $order', async ({ name, scans }) => {
      const image = supplyChain.push(`acme/${name}`);
      for (const [vulnerabilities, age] of scans) await attest(image, SCAN, scan(vulnerabilities), minutesAgo(age));
      expect(await verify(image, { name: 'scanned', vulnerabilityScan: { maxAge: '7d' } })).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'vulnerabilities-found', requirement: 'scanned', worst: [{ id: 'CVE-2026-1', fixedVersion: '3.0.2' }] }],
      });
    });
  });

  describe('when the bad scan is the older one', () => {
    it('is verified, and rests on the newer one', async () => {
      const image = supplyChain.push('acme/mended');
      await attest(image, SCAN, scan([], minutesAgo(2)), minutesAgo(1));
      await attest(image, SCAN, scan(BAD, minutesAgo(5)), minutesAgo(4));
      const verdict = await verify(image, { name: 'scanned', vulnerabilityScan: { scanner: [{ name: 'trivy', minVersion: '0.50.0' }] } });
      expect(verdict).toMatchObject({ outcome: 'verified', attestations: [{ requirement: 'scanned', predicateType: SCAN }], warnings: [] });
    });

    it('is not verified by a newer clean one of a stranger', async () => {
      const image = supplyChain.push('acme/stranger');
      await attest(image, SCAN, scan(BAD), minutesAgo(4));
      await attest(image, SCAN, scan([]), minutesAgo(1), foreignKey);
      expect(summary(await verify(image, { name: 'scanned', vulnerabilityScan: {} }))).toEqual({
        outcome: 'rejected',
        codes: ['vulnerabilities-found'],
      });
    });
  });

  describe('when VEX says that a vulnerability does not apply', () => {
    const vex = { '@context': OPENVEX, statements: [{ vulnerability: { name: 'CVE-2026-1' }, status: 'fixed' }] };
    const requirement = { name: 'scanned', vulnerabilityScan: { vex: true } };

    it('is verified if an accepted authority says so', async () => {
      const image = supplyChain.push('acme/vex');
      await attest(image, SCAN, scan(BAD));
      await attest(image, OPENVEX, vex);
      expect(summary(await verify(image, requirement))).toEqual({ outcome: 'verified', codes: [] });
    });

    it('is rejected if a stranger says so', async () => {
      const image = supplyChain.push('acme/foreign-vex');
      await attest(image, SCAN, scan(BAD));
      await attest(image, OPENVEX, vex, minutesAgo(0), foreignKey);
      expect(summary(await verify(image, requirement))).toEqual({ outcome: 'rejected', codes: ['vulnerabilities-found'] });
    });
  });

  describe('when a bill of materials is required', () => {
    const bom = (digest: string): object => ({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { timestamp: minutesAgo(60).toISOString(), component: { type: 'container', name: 'model', version: digest } },
      components: [{ type: 'library', name: 'openssl' }],
    });
    const requirement = { name: 'contents', sbom: { formats: ['cyclonedx'], maxAge: '1d' } };

    it('is verified with one that describes the image', async () => {
      const image = supplyChain.push('acme/contents');
      await attest(image, CYCLONEDX, bom(image.digest));
      expect(summary(await verify(image, requirement))).toEqual({ outcome: 'verified', codes: [] });
    });

    it('is rejected with one that describes another, although it is attested to this one', async () => {
      const [image, other] = [supplyChain.push('acme/other-contents'), supplyChain.push('acme/other-contents', 'other')];
      await attest(image, CYCLONEDX, bom(other.digest));
      expect(await verify(image, requirement)).toMatchObject({
        outcome: 'rejected',
        findings: [{ code: 'sbom-subject-mismatch', expected: image.digest, found: [other.digest] }],
      });
    });
  });
});
