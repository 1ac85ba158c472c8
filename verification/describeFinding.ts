import { attestationWords } from './describe/attestations';
import { provenanceWords } from './describe/provenance';
import { sbomWords } from './describe/sbom';
import { vulnerabilitiesWords } from './describe/vulnerabilities';
import { modelCardWords } from './describe/modelCard';
import { lifecycleWords } from './describe/lifecycle';
import { discoveryWords } from './describe/discovery';
import { LAYOUT, expectedSigners, repositoryOf, shellQuote, signerInWords } from './describe/words';
import type { Words, WordsOf } from './describe/words';
import type { ExpectedSigner, Finding, FindingCode, TrustPolicyProblem } from './finding';

/** A finding in words. Findings become text here and in the tables under `describe/`, and nowhere else. */
export interface FindingDescription {
  readonly code: FindingCode;
  /** One line: what is wrong. */
  readonly title: string;
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** What to do: commands to run or fields to change, the likeliest first. */
  readonly next: readonly string[];
  /** The page about this code: cause and fix. */
  readonly page: string;
}

/** The pages travel inside the package, so the link fits the version that printed it. */
export const findingPage = (code: FindingCode): string => `https://unpkg.com/pulumi-model-supply-chain/docs/findings/${code}.md`;

function problemLine({ path, line, column, message }: TrustPolicyProblem): string {
  const position = line === undefined ? '' : `${line}:${column ?? 1}  `;
  return `${position}${path === '' ? '' : `${path}: `}${message}`;
}

const lookYourself = (reference: string, expected: readonly ExpectedSigner[]): string[] => {
  const identity = expected.find((item) => item.identity !== undefined)?.identity;
  if (identity === undefined) return [`cosign tree ${reference}   (lists what is attached to the image)`];
  // cosign looks for a match anywhere in the subject; we match it as a whole.
  const subject = identity.subjectIsPattern
    ? `--certificate-identity-regexp ${shellQuote(`^(?:${identity.subject})$`)}`
    : `--certificate-identity ${shellQuote(identity.subject)}`;
  return [`cosign verify ${subject} --certificate-oidc-issuer ${shellQuote(identity.issuer)} ${reference}   (to look yourself)`];
};

const DESCRIBE: WordsOf<Finding> = {
  ...attestationWords,
  ...provenanceWords,
  ...sbomWords,
  ...vulnerabilitiesWords,
  ...modelCardWords,
  ...lifecycleWords,
  ...discoveryWords,
  'reference-malformed': ({ reference, reason }) => ({
    title: `"${reference}" is not an image reference`,
    expected: ['registry/repository@sha256:<64 hexadecimal digits>'],
    found: [reason],
    next: ['correct the reference in the stack'],
  }),
  'image-not-found': ({ reference, registry }) => ({
    title: `${reference} does not exist in its registry (yet)`,
    expected: [`a manifest that ${registry} can show`],
    found: [`${registry} answers that it has none (404): this is neither "unsigned" nor "verified"`],
    next: [
      `push and sign it first: cosign sign ${reference}`,
      'if it should be there: check the spelling of the repository and the digest',
    ],
  }),
  'registry-unauthorized': ({ registry, repository, status, credentials, reason }) => ({
    title: `${registry} refuses to show ${repository}`,
    expected: ['read access (pull) for whoever runs this check'],
    found: [`HTTP ${status}, ${credentials === 'sent' ? 'with the credentials of your docker config' : 'without credentials'}: ${reason}`],
    next: [`docker login ${registry}   (or point DOCKER_CONFIG at a directory with credentials for it)`],
  }),
  'registry-unreachable': ({ registry, operation, reason }) => ({
    title: `${registry} could not be asked`,
    expected: [`an answer to: ${operation}`],
    found: [reason],
    next: [`curl -sSI https://${registry}/v2/   (is it reachable from here?)`, 'run this again when it answers'],
  }),
  'registry-timeout': ({ registry, operation, seconds }) => ({
    title: `${registry} did not answer in time`,
    expected: [`an answer to: ${operation}`],
    found: [`nothing within ${seconds} s`],
    next: [`curl -sSI https://${registry}/v2/   (how long does it take from here?)`, 'run this again'],
  }),
  'registry-response-invalid': ({ registry, operation, expected, found }) => ({
    title: `${registry} answered something that is not OCI`,
    expected: [`${expected}, for: ${operation}`],
    found: [found],
    next: ['check that the host is a container registry, and that no proxy or login page answers in its place'],
  }),
  'registry-redirect-refused': ({ registry, operation, location, reason }) => ({
    title: `a redirect of ${registry} was not followed`,
    expected: [`an answer to: ${operation}`],
    found: [`a redirect to ${location}: ${reason}`],
    next: ['ask the operator of the registry where it sends its clients, and why'],
  }),
  'digest-mismatch': ({ what, expected, found }) => ({
    title: `${what} is not what its digest says`,
    expected: [expected],
    found: [`bytes with the digest ${found}`],
    next: ['do not run this image; find out who changed the bytes: the registry, a mirror, or a proxy on the way'],
  }),
  'limit-exceeded': ({ what, limit, found }) => ({
    title: `${what}: too much to look at`,
    expected: [`at most ${limit}`],
    found: [found],
    next: ['somebody may be flooding the repository: remove what does not belong there'],
  }),
  'trust-policy-missing': ({ searched }) => ({
    title: 'no trust policy was found, so nothing can be verified',
    expected: ['a file trust-policy.yaml in the project directory or above it, or "trustPolicy" in the policy configuration'],
    found: searched.map((place) => `nothing at ${place}`),
    next: [
      'write one: docs/trust-policy.md has an example to start from',
      'or name it: --policy-pack-config with {"require-verified-image": {"trustPolicy": "/path/to/trust-policy.yaml"}}',
    ],
  }),
  'trust-policy-unreadable': ({ file, reason }) => ({
    title: `the trust policy ${file} cannot be read`,
    expected: ['a readable YAML file of at most 1 MiB'],
    found: [reason],
    next: [`ls -l ${shellQuote(file)}`],
  }),
  'trust-policy-invalid': ({ file, problems }) => ({
    title: `the trust policy ${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}, so nothing can be verified`,
    found: problems.map(problemLine),
    next: [`correct ${file}; editors check it with the schema of docs/trust-policy.md`],
  }),
  'image-not-covered': ({ reference, unmatchedImages }) => ({
    title: `no policy covers ${reference}`,
    expected: ['a policy whose images match it'],
    found: [`unmatchedImages: ${unmatchedImages}`],
    next: [`add ${repositoryOf(reference)} to the images of a policy in the trust policy, or use an image that a policy covers`],
  }),
  'trust-root-unavailable': ({ trustRoot, reason }) => ({
    title: `the trust root "${trustRoot}" cannot be used`,
    expected: ['certificate authorities and logs to verify signatures against'],
    found: [reason],
    next: [`check trustRoots in the trust policy, entry "${trustRoot}"; without network, use a trusted_root.json file`],
  }),
  'trust-root-offline': ({ trustRoot, reason, expires }) => ({
    title: `the trust root "${trustRoot}" is an offline copy`,
    expected: ['a fresh copy from the TUF repository'],
    found: [`${reason}; using the copy inside the package, which expires ${expires}`],
    next: ['allow access to the TUF repository, or use a trusted_root.json file that you refresh yourself'],
  }),
  unsigned: ({ reference, policy, expected, searched }) => ({
    title: `${reference} is not signed`,
    expected: [...expectedSigners(expected), `(any one of them; policy "${policy}")`],
    found: [`no signature; looked at ${searched.join(' and ')}`],
    next: [`sign it, in the workflow that builds it: cosign sign ${reference}`, 'or use an image that is signed'],
  }),
  'attestation-is-not-signature': ({ reference, policy, expected, predicateTypes }) => ({
    title: `${reference} has attestations, but no signature`,
    expected: [...expectedSigners(expected), `(any one of them; policy "${policy}")`],
    found: predicateTypes.map((type) => `an attestation of type ${type}, which does not say that the image may run`),
    next: [`sign it as well: cosign sign ${reference}`],
  }),
  'identity-mismatch': ({ reference, policy, expected, found, layout }) => ({
    title: `${reference} is signed by somebody whom policy "${policy}" does not name`,
    expected: expectedSigners(expected),
    found: [`${signerInWords(found)}, in a ${LAYOUT[layout]}`],
    next: [
      'sign it in the expected workflow, or use the image that this workflow built',
      `if this signer is meant to be trusted: add it to policy "${policy}" in the trust policy, in a reviewed change`,
      ...lookYourself(reference, expected),
    ],
  }),
  'signature-threshold-not-met': ({ reference, policy, threshold, expected, found }) => ({
    title: `${reference} has too few signers for policy "${policy}"`,
    expected: [`${threshold} different signers of:`, ...expectedSigners(expected)],
    found: found.map(signerInWords),
    next: [`let another of them sign it: cosign sign ${reference}`],
  }),
  'signature-invalid': ({ reference, policy, authority, layout, source, reason }) => ({
    title: `a signature of ${reference} does not verify`,
    expected: [`a ${LAYOUT[layout]} that verifies for authority "${authority}" of policy "${policy}"`],
    found: [`${reason} (${source})`],
    next: [`sign it again: cosign sign ${reference}`, 'if it was signed elsewhere: check the trust root or key of the authority'],
  }),
  'subject-mismatch': ({ reference, expected, found, layout, source }) => ({
    title: `a signature attached to ${reference} is about another image`,
    expected: [expected],
    found: [...(found.length === 0 ? ['no digest at all'] : found), `in the ${LAYOUT[layout]} ${source}`],
    next: [`sign this very image: cosign sign ${reference}`, 'and find out who attached the foreign signature'],
  }),
  'signature-malformed': ({ reference, layout, source, reason }) => ({
    title: `something attached to ${reference} claims to be a signature and cannot be read`,
    expected: [`a ${LAYOUT[layout]}`],
    found: [`${reason} (${source})`],
    next: [`sign it again: cosign sign ${reference}`],
  }),
  'image-unpinned': ({ reference, digest }) => ({
    title: `${reference} is a tag, and tags can be moved after the check`,
    expected: ['a digest: registry/repository@sha256:<64 hexadecimal digits>'],
    found: [digest === undefined ? 'no digest' : `no digest; today the tag points to ${digest}`],
    next: [
      digest === undefined ? `crane digest ${reference}   (prints the digest to write)` : `write ${repositoryOf(reference)}@${digest}`,
    ],
  }),
  'image-unknown': ({ what }) => ({
    title: 'the image is not known yet, so nobody can say whether it is signed',
    expected: ['a reference that is known at preview'],
    found: [`${what} is computed by a resource that does not exist yet`],
    next: [
      'nothing, if this is intended: `pulumi up` checks it again, before the resource is created, when the value is known',
      'to have it checked at preview: build and sign the image in CI, and pass its digest in the stack configuration',
    ],
  }),
  'image-unreadable': ({ expected, found }) => ({
    title: 'this field should hold an image, and cannot be read as one',
    expected: [expected],
    found: [found],
    next: ['correct the field in the stack'],
  }),
  'internal-error': ({ during, reason }) => ({
    title: 'a fault in pulumi-model-supply-chain itself: the image was not let through, and not found unsigned either',
    expected: [`${during} to finish`],
    found: [reason],
    next: ['please report it with this text'],
  }),
};

/** Turns a finding into words; values that came from a registry or a certificate lose control characters and are cut. */
export function describeFinding(finding: Finding): FindingDescription {
  const describe = DESCRIBE[finding.code] as (value: Finding) => Words;
  const { title, expected = [], found = [], next } = describe(finding);
  return {
    code: finding.code,
    title: printable(title),
    expected: printableLines(expected),
    found: printableLines(found),
    next: printableLines(next),
    page: findingPage(finding.code),
  };
}

/** A subject or an error page can carry terminal escapes or megabytes. */
function printable(text: string): string {
  const clean = text.slice(0, MAX_LINE).replace(UNPRINTABLE, '?');
  return text.length > MAX_LINE ? `${clean} … (cut)` : clean;
}

/** A signed statement may name a hundred thousand subjects. */
function printableLines(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_LINES).map(printable);
  return lines.length > MAX_LINES ? [...shown, `… and ${lines.length - MAX_LINES} more`] : shown;
}

/** Characters of one line. */
const MAX_LINE = 700;

/** More than the 101 problems that a broken trust policy is told at most. */
const MAX_LINES = 110;

/** Control, format (direction overrides, zero width) and line characters, lone surrogates: they forge lines or hide text in a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A finding as a block of text, for terminals and pull requests.
 *
 * @param at where it is in the stack: `spec.template.spec.containers[0].image (container "server")`
 */
export const formatFinding = (finding: Finding, at?: string): string => formatDescription(describeFinding(finding), at);

/**
 * Several findings about one image as blocks of text. Those that differ only in what was found become one block: five foreign signatures
 * are one problem with five finds.
 *
 * @param limit blocks at most; a last line counts the others
 */
export function formatFindings(findings: readonly Finding[], at?: string, limit = 10): string {
  const merged: FindingDescription[] = [];
  for (const description of findings.map(describeFinding)) {
    const index = merged.findIndex((other) => isSameButFound(other, description));
    const twin = merged[index];
    if (twin === undefined) merged.push(description);
    else merged[index] = { ...twin, found: printableLines([...new Set([...twin.found, ...description.found])]) };
  }
  const blocks = merged.slice(0, limit).map((description) => formatDescription(description, at));
  if (merged.length > limit) blocks.push(`${merged.length - limit} more findings about this image, less telling than these`);
  return blocks.join('\nAlso: ');
}

function isSameButFound(a: FindingDescription, b: FindingDescription): boolean {
  const rest = ({ code, title, expected, next }: FindingDescription) => JSON.stringify([code, title, expected, next]);
  return rest(a) === rest(b);
}

function formatDescription({ code, title, expected, found, next, page }: FindingDescription, at: string | undefined): string {
  const row = (label: string, lines: readonly string[]) => lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(9)} ${line}`);
  return [
    `${title} [${code}]`,
    ...row('at', at === undefined ? [] : [printable(at)]),
    ...row('expected', expected),
    ...row('found', found),
    ...row('next', next),
    ...row('docs', [page]),
  ].join('\n');
}

/** Every code, for the generated documentation and its test. */
export const FINDING_CODES = Object.keys(DESCRIBE) as readonly FindingCode[];
