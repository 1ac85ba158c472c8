import type { ReportedVulnerability, VulnerabilityFinding } from '../findings/vulnerabilities';
import { placeholder } from './evidence';
import { quotation } from './words';
import type { WordsOf } from './words';

const scanAgain = (reference: string): string =>
  `scan it again, and attest the result: trivy image --format cosign-vuln --output scan.json ${reference} && cosign attest --predicate scan.json --type vuln ${reference}`;

const row = ({ id, package: name, version, fixedVersion, severity }: ReportedVulnerability, unknownCountsAs?: string): string => {
  const rating = severity === 'unknown' && unknownCountsAs !== undefined ? `unknown severity, counted as ${unknownCountsAs}` : severity;
  const place = name === undefined ? '' : ` in ${quotation(name)}${version === undefined ? '' : ` ${quotation(version)}`}`;
  return `${quotation(id)} (${rating})${place}${fixedVersion === undefined ? '' : `, fixed in ${quotation(fixedVersion)}`}`;
};

export const vulnerabilitiesWords: WordsOf<VulnerabilityFinding> = {
  'vulnerabilities-found': ({ reference, requirement, source, scanner, maxSeverity, worst, count, unknownCountsAs, notes }) => {
    const fixable = worst.filter(({ package: name, fixedVersion }) => name !== undefined && fixedVersion !== undefined);
    // Names of packages are text of others: what is more than a name is not repeated in a step to take.
    const plain = fixable.filter(
      ({ package: name = '', fixedVersion = '' }) => name !== placeholder('package') && fixedVersion !== placeholder('fixedVersion'),
    );
    const packages = [...new Set(plain.map(({ package: name = '', fixedVersion = '' }) => `${name} (${fixedVersion})`))];
    const all =
      plain.length === fixable.length ? '' : `${packages.length === 0 ? '' : ' and '}the packages above that have a fixed version`;
    return {
      title: `${reference} has ${count} ${count === 1 ? 'vulnerability' : 'vulnerabilities'} above what is allowed ("${requirement}")`,
      expected: [maxSeverity === 'none' ? 'no vulnerability' : `none worse than ${maxSeverity}`],
      found: [
        ...worst.map((vulnerability) => row(vulnerability, unknownCountsAs)),
        ...(count > worst.length ? [`and ${count - worst.length} more`] : []),
        `in the newest scan${scanner === undefined ? '' : `, by ${quotation(scanner)}`} (${source})`,
        ...notes,
      ],
      next: [
        ...(fixable.length > 0 ? [`upgrade and build again: ${packages.join(', ')}${all}`] : []),
        `see all of them: trivy image ${reference}`,
        'what does not apply here: say so in an OpenVEX document, attest it (cosign attest --type openvex), and set vex: true in the trust policy',
      ],
    };
  },
  'vulnerability-scan-too-old': ({ reference, requirement, source, scannedAt, age, maxAge }) => ({
    title: `the newest vulnerability scan of ${reference} ${scannedAt === undefined ? 'does not say how old it is' : 'is too old'} ("${requirement}")`,
    expected: [`one of the last ${maxAge}`],
    found: [
      scannedAt === undefined
        ? `neither the scan nor its signature has a time (${source})`
        : `of ${scannedAt}, ${age ?? 'some time'} ago (${source})`,
    ],
    next: [scanAgain(reference)],
  }),
  'vulnerability-scan-ageing': ({ reference, requirement, source, age, maxAge, until }) => ({
    title: `the vulnerability scan of ${reference} will soon be too old ("${requirement}")`,
    expected: [`one of the last ${maxAge}`],
    found: [`${age} old, accepted until ${until} (${source})`],
    next: [`before then, ${scanAgain(reference)}`],
  }),
  'vulnerability-database-too-old': ({ reference, requirement, source, updatedAt, scannedAt, age, maxAge }) => ({
    title: `the scanner of ${reference} ${updatedAt === undefined ? 'does not say how old its database was' : 'used an old database'} ("${requirement}")`,
    expected: [`a database not older than ${maxAge} when the scan ran`],
    found: [
      updatedAt === undefined
        ? `no date of the database (${source})`
        : `updated ${updatedAt}, ${age ?? 'some time'} before the scan of ${scannedAt ?? 'unknown time'} (${source})`,
    ],
    next: [
      updatedAt === undefined
        ? 'write scanner.db.lastUpdate into the attestation, or use a scanner whose report has it (grype)'
        : `update the database first (trivy image --download-db-only, or grype db update); then ${scanAgain(reference)}`,
    ],
  }),
  'vulnerability-scanner-not-accepted': ({ reference, requirement, source, scanner, expected }) => ({
    title: `the newest vulnerability scan of ${reference} is not by an accepted scanner ("${requirement}")`,
    expected,
    found: [`${scanner === undefined ? 'a scanner that does not say its name' : quotation(scanner)} (${source})`],
    next: ['install an accepted version of the scanner where the image is built', `then ${scanAgain(reference)}`],
  }),
  'vulnerability-scan-untimed': ({ reference, requirement, source }) => ({
    title: `nothing but its signer says when the vulnerability scan of ${reference} was made ("${requirement}")`,
    expected: ['a signature with an entry in a transparency log or a timestamp'],
    found: [`no trusted time; which scan is the newest rests on what the scans say themselves (${source})`],
    next: ['attest with a transparency log or a timestamp authority, and name its trust root in the authority (key.trustRoot)'],
  }),
  'vulnerability-severity-unknown': ({ reference, requirement, source, count, countsAs, examples }) => ({
    title: `${count} ${count === 1 ? 'vulnerability' : 'vulnerabilities'} of ${reference} ${count === 1 ? 'has' : 'have'} no severity ("${requirement}")`,
    expected: ['a severity or a CVSS score of each'],
    found: [
      `${examples.map(quotation).join(', ')}${count > examples.length ? ` and ${count - examples.length} more` : ''}, counted as ${countsAs} (${source})`,
    ],
    next: [`look at them: trivy image ${reference}`],
  }),
};
