import { formatFindings } from '../../../verification';
import type { Verdict } from '../../../verification';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { judgeEachTest } from '../../support/judge';
import type { Given } from '../../support/judge';
import { faultsOf, FOREIGN_PIECE, HOSTILE_TEXTS } from '../../support/printing/hostileText';
import { attachBundle } from '../../support/sigstore/attach';
import type { SignerIdentity } from '../../support/sigstore/signers';
import { RELEASE_WORKFLOW } from '../../support/supplyChain';
import { keylessPolicy } from '../../support/verify';

const CUSTOM = 'https://acme.test/review/v1';
const COSIGN_VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';

let given: Given;
judgeEachTest((next) => (given = next));

/** The verdict; live text in what is printed about it is an outcome that no attempt expects. */
function answer(verdict: Verdict): Answer {
  const findings = verdict.outcome === 'verified' ? verdict.warnings : verdict.findings;
  const printed = formatFindings(findings, 'spec.image', 100);
  const next = printed
    .split('\n')
    .filter((line, index, lines) => line.startsWith('  next') || (line.startsWith('     ') && isNext(lines, index)));
  const own = next.map((line) => line.replace(/--certificate-identity.*$/, ''));
  if (faultsOf(printed).length > 0 || own.some((line) => FOREIGN_PIECE.test(line))) return { outcome: 'accepted', codes: [printed] };
  return { outcome: verdict.outcome, codes: findings.map(({ code }) => code) };
}

function isNext(lines: readonly string[], index: number): boolean {
  const label = lines.slice(0, index).findLast((line) => /^ {2}[a-z]/.test(line));
  return label?.startsWith('  next') === true;
}

async function signedAs(identity: SignerIdentity): Promise<Answer> {
  const { judge, image, supplyChain } = given;
  await supplyChain.sign(image, identity);
  return answer(await judge.verdict(image));
}

async function attested(predicateType: string, predicate: object, requirement: object): Promise<Answer> {
  const { judge, image, supplyChain } = given;
  const bundle = await supplyChain.sigstore.attest({ digest: image.digest, identity: RELEASE_WORKFLOW, predicateType, predicate });
  await attachBundle(supplyChain.registry, {
    repository: image.repository,
    subject: { digest: image.digest },
    bundle: Buffer.from(JSON.stringify(bundle)),
  });
  const attestations = [{ name: 'required', ...requirement }];
  return answer(await judge.verdict(image, { policies: [keylessPolicy(supplyChain, { signatures: { threshold: 0 }, attestations })] }));
}

const trivy = (pkg?: string) => ({
  scanner: {
    uri: 'pkg:github/aquasecurity/trivy@0.60.0',
    version: '0.60.0',
    db: { lastUpdate: new Date().toISOString() },
    result: {
      SchemaVersion: 2,
      ArtifactName: 'model',
      Results:
        pkg === undefined
          ? []
          : [
              {
                Target: 'x',
                Vulnerabilities: [
                  { VulnerabilityID: `CVE-1 ${pkg}`, PkgName: pkg, InstalledVersion: pkg, FixedVersion: pkg, Severity: 'CRITICAL' },
                ],
              },
            ],
    },
  },
  metadata: { scanStartedOn: new Date().toISOString(), scanFinishedOn: new Date().toISOString() },
});
const scan = { vulnerabilityScan: { maxSeverity: 'high', maxAge: '7d' } };
const review = { custom: { predicateType: CUSTOM, fields: [{ path: 'result', equals: 'ok' }] } };

for (const [what, text] of HOSTILE_TEXTS) {
  attempt(`has ${what} of a predicate read as ours`, {
    attacker: 'may sign attestations, and writes what they say',
    control: () => attested(CUSTOM, { result: 'ok' }, review),
    attack: () => attested(CUSTOM, { result: text.replace(/\p{Cs}/gu, '') }, review),
    expected: { outcome: 'rejected', code: 'attestation-field-mismatch' },
  });

  attempt(`has ${what} of a package name read as ours`, {
    attacker: 'names a package that a scanner reports',
    control: () => attested(COSIGN_VULN, trivy(), scan),
    attack: () => attested(COSIGN_VULN, trivy(text.replace(/\p{Cs}/gu, '')), scan),
    expected: { outcome: 'rejected', code: 'vulnerabilities-found' },
  });
}

for (const [what, text] of HOSTILE_TEXTS.filter(([, subject]) => /^[\x20-\x7e]+$/.test(subject))) {
  attempt(`has ${what} of a certificate read as ours`, {
    attacker: 'may obtain a certificate for a subject of their choice',
    control: () => signedAs(RELEASE_WORKFLOW),
    // Of an issuer whose tokens say nothing of a build: the text under test is the subject.
    attack: () => signedAs({ issuer: 'https://accounts.example', subject: `https://evil.test/${text}` }),
    expected: { outcome: 'rejected', code: 'identity-mismatch' },
  });
}
