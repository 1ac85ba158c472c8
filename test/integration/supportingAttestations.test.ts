import { attachBundle } from '../support/sigstore/attach';
import { FOREIGN_WORKFLOW, RELEASE_WORKFLOW, startSupplyChain } from '../support/supplyChain';
import type { PushedImage, SupplyChain } from '../support/supplyChain';
import type { SignerIdentity } from '../support/sigstore/signers';
import { keylessPolicy, summary, trustPolicyOf, verifierFor } from '../support/verify';

/** What a requirement needs to know beside its own attestations: statements by others, and a check in code. */
describe('a requirement that looks beside its own attestations', () => {
  let supplyChain: SupplyChain;
  beforeAll(async () => {
    supplyChain = await startSupplyChain();
  });
  afterAll(() => supplyChain.stop());

  async function attest(image: PushedImage, identity: SignerIdentity, predicateType: string, predicate: object): Promise<void> {
    const bundle = await supplyChain.sigstore.attest({ digest: image.digest, identity, predicateType, predicate });
    await attachBundle(supplyChain.registry, { repository: image.repository, subject: { digest: image.digest }, bundle, predicateType });
  }

  const policy = (attestations: readonly object[]) =>
    trustPolicyOf(supplyChain, {
      policies: [
        keylessPolicy(supplyChain, {
          authorities: [
            { name: 'release', keyless: { trustRoot: 'local', identities: [RELEASE_WORKFLOW] } },
            { name: 'security', keyless: { trustRoot: 'local', identities: [FOREIGN_WORKFLOW] } },
          ],
          attestations,
        }),
      ],
    });

  const scan = {
    scanner: {
      uri: 'pkg:github/aquasecurity/trivy@0.58.1',
      version: '0.58.1',
      result: {
        SchemaVersion: 2,
        Results: [
          {
            Target: 'debian',
            Vulnerabilities: [{ VulnerabilityID: 'CVE-2026-0001', PkgName: 'libx', InstalledVersion: '1.0', Severity: 'CRITICAL' }],
          },
        ],
      },
    },
    metadata: { scanStartedOn: new Date().toISOString(), scanFinishedOn: new Date().toISOString() },
  };
  const openVex = (digest: string) => ({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.test/vex/1',
    author: 'security@acme.test',
    timestamp: new Date().toISOString(),
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [{ '@id': `pkg:oci/model@${encodeURIComponent(digest)}`, hashes: { 'sha-256': digest.slice('sha256:'.length) } }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
    ],
  });
  const scanned = (fields: object) => [{ name: 'scan', authorities: ['release'], vulnerabilityScan: { maxSeverity: 'medium', ...fields } }];

  it('takes VEX statements of the authorities that it names, and of nobody else', async () => {
    const image = supplyChain.push('acme/vex');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await attest(image, RELEASE_WORKFLOW, 'https://cosign.sigstore.dev/attestation/vuln/v1', scan);
    await attest(image, FOREIGN_WORKFLOW, 'https://openvex.dev/ns/v0.2.0', openVex(image.digest));

    const named = await (await verifierFor(policy(scanned({ vex: true, vexAuthorities: ['security'] })))).verify(image.reference);
    expect(named.outcome).toBe('verified');
    const own = await (await verifierFor(policy(scanned({ vex: true })))).verify(image.reference);
    expect(summary(own).codes).toContain('vulnerabilities-found');
    const none = await (await verifierFor(policy(scanned({})))).verify(image.reference);
    expect(summary(none).codes).toContain('vulnerabilities-found');
  });

  it('runs a check in code, and a fault in it lets nothing through', async () => {
    const predicateType = 'https://acme.test/red-team/v1';
    const image = supplyChain.push('acme/custom');
    await supplyChain.sign(image, RELEASE_WORKFLOW);
    await attest(image, RELEASE_WORKFLOW, predicateType, { open: 2 });
    const verify = async (check: () => readonly string[]) => {
      const verifier = await verifierFor(policy([{ name: 'red-team', custom: { predicateType } }]), {
        customChecks: new Map([['red-team', check]]),
      });
      return summary(await verifier.verify(image.reference));
    };
    expect(await verify(() => [])).toEqual({ outcome: 'verified', codes: [] });
    expect(await verify(() => ['2 issues are open'])).toEqual({ outcome: 'rejected', codes: ['attestation-field-mismatch'] });
    const broken = (): never => {
      throw new Error('broken');
    };
    expect(await verify(broken)).toEqual({ outcome: 'undetermined', codes: ['internal-error'] });
  });
});
