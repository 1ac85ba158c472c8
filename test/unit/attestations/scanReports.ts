import type { VerifiedAttestation } from '../../../verification/attestations/types';
import { vulnerabilityScanCheck } from '../../../verification/checks/attestations/vulnerabilities/vulnerabilityScanCheck';
import { NOW, attestation, contextOf, daysAgo, scanRequirement } from './scans';

/** Scan reports in the forms of the scanners, and the check of one or several of them. */

export const COSIGN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
export const VULNS = 'https://in-toto.io/attestation/vulns/v0.2';
export const RAW = 'https://acme.test/scan-report';

export const trivyEntry = (id: string, severity: unknown, fields: object = {}): object => ({
  VulnerabilityID: id,
  PkgName: 'openssl',
  InstalledVersion: '3.0.1',
  FixedVersion: '3.0.2',
  Severity: severity,
  ...fields,
});
export const trivy = (...vulnerabilities: unknown[]): object => ({
  SchemaVersion: 2,
  ArtifactName: 'model',
  Results: [{ Target: 'model', ...(vulnerabilities.length > 0 && { Vulnerabilities: vulnerabilities }) }],
});
export const grype = (severity: string, fix: object = { state: 'fixed', versions: ['3.0.2'] }, more: object = {}): object => ({
  matches: [
    {
      vulnerability: { id: 'GHSA-1', severity, fix, ...more },
      artifact: { name: 'openssl', version: '3.0.1', purl: 'pkg:deb/debian/openssl@3.0.1' },
    },
  ],
  source: {},
  descriptor: { name: 'grype', version: '0.90.0', timestamp: daysAgo(1), db: { status: { built: daysAgo(2) } } },
});
export const sarif = (level: string | undefined, score?: string): object => ({
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Trivy',
          version: '0.58.1',
          rules: [{ id: 'CVE-1', ...(score && { properties: { 'security-severity': score } }) }],
        },
      },
      results: [{ ruleId: 'CVE-1', ...(level && { level }) }],
    },
  ],
});
export const cosign = (result: unknown, fields: { readonly finished?: unknown; readonly scanner?: object } = {}): object => ({
  scanner: {
    uri: 'pkg:github/aquasecurity/trivy@0.58.1',
    version: '0.58.1',
    db: { lastUpdate: daysAgo(1) },
    result,
    ...fields.scanner,
  },
  metadata: { scanFinishedOn: fields.finished ?? daysAgo(3) },
});
export const vulns = (...severity: unknown[]): object => ({
  scanner: {
    uri: 'https://github.com/anchore/grype',
    version: '0.90.0',
    db: { lastUpdate: daysAgo(1) },
    result: [{ id: 'CVE-1', severity }],
  },
  metadata: { scanFinishedOn: daysAgo(0.5) },
});
export const CLEAN = cosign(trivy());
export const BAD = cosign(trivy(trivyEntry('CVE-1', 'CRITICAL')));

export function checkAll(attestations: readonly [VerifiedAttestation, ...VerifiedAttestation[]], fields: object = {}) {
  return vulnerabilityScanCheck.check(scanRequirement(fields), attestations, contextOf(attestations));
}
export const check = (predicate: unknown, fields: object = {}, type = COSIGN, signedAt: string | null = NOW.toISOString()) =>
  checkAll([attestation(type, predicate, { signedAt })], { predicateTypes: [RAW], ...fields });
export const codes = (...args: Parameters<typeof check>) => check(...args).findings.map(({ code }) => code);
