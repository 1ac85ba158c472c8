import type { ModelCardFinding } from '../findings/modelCard';
import { formatDuration } from '../trust-policy/duration';
import { quotation } from './words';
import type { WordsOf } from './words';

const bounds = (min: number | undefined, max: number | undefined): string =>
  [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`].filter((text) => text !== '').join(' and ');

const where = ({ predicateType, source }: { readonly predicateType: string; readonly source: string }): string =>
  `(${predicateType}, ${source})`;

const ATTEST_CARD = 'attest the corrected card: cosign attest --type custom --predicate model-card.yaml';

export const modelCardWords: WordsOf<ModelCardFinding> = {
  'model-card-placeholder': (finding) => ({
    title: `the model card of ${finding.reference} has a placeholder for a hash ("${finding.requirement}")`,
    expected: [`${finding.path}: the hash of the data itself, sha256:<64 hexadecimal digits>`],
    found: [`${finding.found} ${where(finding)}`],
    next: [
      'compute it: sha256sum FILE   (for a directory or bucket: the hash of a manifest that lists every file with its hash)',
      `write it to ${finding.path} as sha256:DIGITS, or leave the field out if there is nothing to state`,
      `${ATTEST_CARD} ${finding.reference}`,
    ],
  }),
  'model-card-incomplete': (finding) => ({
    title: `the model card of ${finding.reference} leaves out what policy "${finding.policy}" asks for ("${finding.requirement}")`,
    expected: [`${finding.path}: ${finding.expected}`],
    found: [`nothing ${where(finding)}`],
    next: [`add ${finding.path} to the card`, `${ATTEST_CARD} ${finding.reference}`],
  }),
  'model-license-not-allowed': (finding) => ({
    title: `the license of the model in ${finding.reference} is not one that policy "${finding.policy}" allows ("${finding.requirement}")`,
    expected: finding.allowed,
    found: [`model_details.license: ${quotation(finding.found)} ${where(finding)}`],
    next: [
      'use a model under an allowed license',
      `or, after legal review, add it to "licenses" of the requirement "${finding.requirement}" in the trust policy`,
    ],
  }),
  'model-metric-out-of-range': (finding) => ({
    title: `the model in ${finding.reference} misses a quality bound of policy "${finding.policy}" ("${finding.requirement}")`,
    expected: [`${finding.metric}: ${bounds(finding.min, finding.max)}`],
    found: [`${finding.found === undefined ? `no metric of this name` : `${finding.metric}: ${finding.found}`} ${where(finding)}`],
    next: [
      finding.found === undefined
        ? 'state the metric, or correct its name in the trust policy'
        : 'promote a model that meets the bound; if the bound is wrong, change it in a reviewed change',
    ],
  }),
  'model-review-outdated': (finding) => ({
    title: `the last security review of the model in ${finding.reference} is too long ago ("${finding.requirement}")`,
    expected: [`a review of the last ${finding.maxAge}`],
    found: [`security.last_security_review: ${quotation(finding.reviewed)}, ${formatDuration(finding.ageMs)} ago ${where(finding)}`],
    next: ['review the model again, write the date into the card', `${ATTEST_CARD} ${finding.reference}`],
  }),
  'model-card-inconsistent': (finding) => ({
    title: `the model card of ${finding.reference} contradicts the SLSA provenance of the image ("${finding.requirement}")`,
    expected:
      finding.provenance.length === 0
        ? ['provenance that says something about it']
        : [`${finding.path}, as in the provenance:`, ...finding.provenance],
    found: [`${finding.path}: ${finding.found} ${where(finding)}`],
    next: ['write the card in the workflow that builds the image, from the values of that run', `${ATTEST_CARD} ${finding.reference}`],
  }),
  'model-card-uncompared': (finding) => ({
    title: `there is no SLSA provenance to compare the model card of ${finding.reference} with ("${finding.requirement}")`,
    expected: [`verified SLSA provenance, required by policy "${finding.policy}" as well`],
    found: [`the card alone ${where(finding)}`],
    next: [`add an attestation requirement with slsaProvenance to policy "${finding.policy}"; only what a policy requires is fetched`],
  }),
  'evaluation-not-passed': (finding) => ({
    title: `the model in ${finding.reference} did not pass its evaluation ("${finding.requirement}")`,
    expected: ['result PASSED, and no failed tests'],
    found: [`result ${quotation(finding.result)} ${where(finding)}`, ...finding.failedTests.map((test) => `failed: ${quotation(test)}`)],
    next: ['correct the model and evaluate it again; the newest evaluation counts'],
  }),
  'evaluation-outdated': (finding) => ({
    title: `the evaluation of the model in ${finding.reference} is too old ("${finding.requirement}")`,
    expected: [`an evaluation of the last ${finding.maxAge}`],
    found: [
      finding.evaluated === undefined
        ? `nothing says when it was: no time in the predicate, no trusted time of the signature ${where(finding)}`
        : `${quotation(finding.evaluated.at)}, ${formatDuration(finding.evaluated.ageMs)} ago ${where(finding)}`,
    ],
    next: ['evaluate the model again and attest the result'],
  }),
  'evaluation-dataset-mismatch': (finding) => ({
    title: `the model in ${finding.reference} was evaluated on other data than policy "${finding.policy}" asks for ("${finding.requirement}")`,
    expected: [finding.expected],
    found: finding.found.length === 0 ? [`no data is named ${where(finding)}`] : [...finding.found, where(finding)],
    next: ['evaluate it on the data of the policy, and name data and hash in the result'],
  }),
  'attestation-field-mismatch': (finding) => ({
    title: `an attestation of ${finding.reference} does not say what policy "${finding.policy}" wants ("${finding.requirement}")`,
    expected: [`${finding.path}: ${finding.expected}`],
    found: [`${finding.found} ${where(finding)}`],
    next: ['find out why it says so; correct the cause and attest again', 'if the policy is wrong: correct the field in a reviewed change'],
  }),
};
