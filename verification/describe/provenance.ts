import type { ProvenanceFinding } from '../findings/provenance';
import { quotation, signerInWords } from './words';
import type { WordsOf } from './words';

const REQUIREMENT = {
  scriptedBuild: 'scripted build',
  provenanceExists: 'provenance exists',
  hosted: 'hosted build service',
  authenticated: 'authenticated provenance',
  versionedSource: 'versioned source',
  isolatedBuilder: 'isolated builder',
  nonFalsifiable: 'non-falsifiable provenance',
  twoPersonReview: 'two-person review',
} as const;

const origin = ({ signer, source }: Pick<ProvenanceFinding, 'signer' | 'source'>): string =>
  `in the attestation ${source}, signed by ${signerInWords(signer)}`;

export const provenanceWords: WordsOf<ProvenanceFinding> = {
  'provenance-requirement-unmet': (finding) => ({
    title: `the build of ${finding.reference} does not meet a requirement of "${finding.requirement}": ${REQUIREMENT[finding.unmet]}`,
    expected: [`${finding.unmet}: ${finding.expected}`],
    found: [`${finding.found} (${finding.where})`, origin(finding)],
    next: [
      'build the image where the requirement holds, and attest there',
      `or lower "${finding.requirement}" of policy "${finding.policy}" in a reviewed change`,
    ],
  }),
  'provenance-mismatch': (finding) => ({
    title: `${finding.reference} was built otherwise than "${finding.requirement}" of policy "${finding.policy}" allows: ${finding.field}`,
    expected: finding.expected,
    found: [`${finding.found} (${finding.where})`, origin(finding)],
    next: [
      'use the image that the expected build made',
      `if this build is meant to be trusted: add it to ${finding.field} of "${finding.requirement}", in a reviewed change`,
    ],
  }),
  'provenance-contradiction': (finding) => ({
    title: `the provenance of ${finding.reference} contradicts the certificate of its signer: ${finding.field}`,
    expected: [`${finding.certificate}, as the certificate says`],
    found: [`${finding.predicate} (${finding.where})`, origin(finding)],
    next: ['find out who wrote this provenance: the signer claims a build that its certificate does not support', 'build and attest again'],
  }),
  'provenance-not-fresh': (finding) => ({
    title: `the build of ${finding.reference} is not of an acceptable time ("${finding.requirement}")`,
    expected: [finding.maxAge === undefined ? 'a time that has passed' : `a build of the last ${finding.maxAge}`],
    found: [`${finding.found} (${finding.where})`, origin(finding)],
    next: ['build the image again, and deploy the new digest'],
  }),
  'verification-summary-failed': (finding) => ({
    title: `${quotation(finding.verifier)} verified ${finding.reference} and says FAILED`,
    expected: [`PASSED, for "${finding.requirement}" of policy "${finding.policy}"`],
    found: [`FAILED at ${finding.timeVerified} under ${quotation(finding.policyUri)}, and no later PASSED`, origin(finding)],
    next: ['ask the verifier why; correct the image, and have the new digest verified'],
  }),
  'verification-summary-mismatch': (finding) => ({
    title: `a verification summary of ${finding.reference} is not the one that "${finding.requirement}" wants: ${finding.field}`,
    expected: finding.expected,
    found: [`${finding.found} (${finding.field})`, origin(finding)],
    next: ['have the image verified by the expected verifier, for this resource and policy'],
  }),
  'verification-summary-not-fresh': (finding) => ({
    title: `the verification summary of ${finding.reference} is not of an acceptable time ("${finding.requirement}")`,
    expected: [finding.maxAge === undefined ? 'a time that has passed' : `a verification of the last ${finding.maxAge}`],
    found: [`${finding.found} (${finding.where})`, origin(finding)],
    next: ['have the image verified again'],
  }),
};
