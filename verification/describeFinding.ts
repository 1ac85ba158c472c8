import { boundedLine, shown } from '../printing';
import { attestationWords } from './describe/attestations';
import { provenanceWords } from './describe/provenance';
import { sbomWords } from './describe/sbom';
import { vulnerabilitiesWords } from './describe/vulnerabilities';
import { modelCardWords } from './describe/modelCard';
import { lifecycleWords } from './describe/lifecycle';
import { discoveryWords } from './describe/discovery';
import { registryWords } from './describe/registry';
import { commandEvidence, shownEvidence } from './describe/evidence';
import { signatureWords } from './describe/signatures';
import { stackWords } from './describe/stack';
import { trustWords } from './describe/trust';
import type { Words, WordsOf } from './describe/words';
import type { Finding, FindingCode } from './finding';

/** A finding in words. Findings become text here and in the tables under `describe/`, one beside each file of `findings/`, and nowhere else. */
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

const DESCRIBE: WordsOf<Finding> = {
  ...registryWords,
  ...trustWords,
  ...signatureWords,
  ...attestationWords,
  ...provenanceWords,
  ...sbomWords,
  ...vulnerabilitiesWords,
  ...modelCardWords,
  ...lifecycleWords,
  ...discoveryWords,
  ...stackWords,
};

/** Turns a finding into words. Texts of others are treated before they meet ours, see `describe/evidence.ts`. */
export function describeFinding(finding: Finding): FindingDescription {
  const describe = DESCRIBE[finding.code] as (value: Finding) => Words;
  const { title, expected = [], found = [] } = describe(shownEvidence(finding));
  return {
    code: finding.code,
    title: line(title),
    expected: lines(expected),
    found: lines(found),
    next: lines(describe(commandEvidence(finding)).next),
    page: findingPage(finding.code),
  };
}

const line = (text: string): string => boundedLine(text, MAX_LINE);

/** A signed statement may name a hundred thousand subjects. */
function lines(all: readonly string[]): readonly string[] {
  const some = all.slice(0, MAX_LINES).map(line);
  return all.length > MAX_LINES ? [...some, `… and ${all.length - MAX_LINES} more`] : some;
}

/** Characters of one line. */
const MAX_LINE = 700;

/** More than the 101 problems that a broken trust policy is told at most. */
const MAX_LINES = 110;

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
    else merged[index] = { ...twin, found: lines([...new Set([...twin.found, ...description.found])]) };
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
  const row = (label: string, texts: readonly string[]) => texts.map((text, index) => `  ${(index === 0 ? label : '').padEnd(9)} ${text}`);
  return [
    `${title} [${code}]`,
    ...row('at', at === undefined ? [] : [shown(at)]),
    ...row('expected', expected),
    ...row('found', found),
    ...row('next', next),
    ...row('docs', [page]),
  ].join('\n');
}

/** Every code, for the generated documentation and its test. */
export const FINDING_CODES = Object.keys(DESCRIBE) as readonly FindingCode[];
