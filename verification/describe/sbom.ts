import type { SbomFinding } from '../findings/sbom';
import { quotation } from './words';
import type { WordsOf } from './words';

export const sbomWords: WordsOf<SbomFinding> = {
  'sbom-subject-mismatch': ({ reference, requirement, source, expected, found }) => ({
    title: `the bill of materials of ${reference} describes another image ("${requirement}")`,
    expected: [expected],
    found: [`${found.map(quotation).join(', ')} (${source})`],
    next: [
      `make one of this very image, and attest it: syft ${reference} -o cyclonedx-json > sbom.json && cosign attest --predicate sbom.json --type cyclonedx ${reference}`,
      'for an image of several platforms: a bill of materials of one platform belongs to the digest of that platform',
    ],
  }),
  'sbom-too-small': ({ reference, requirement, source, components, minComponents }) => ({
    title: `the bill of materials of ${reference} lists too little ("${requirement}")`,
    expected: [`at least ${minComponents} ${minComponents === 1 ? 'component' : 'components'}`],
    found: [`${components} (${source})`],
    next: [
      `look what the generator finds: syft ${reference}`,
      'if the image really holds less, a single static binary say: lower minComponents in the trust policy',
    ],
  }),
  'sbom-too-old': ({ reference, requirement, source, createdAt, age, maxAge }) => ({
    title: `the bill of materials of ${reference} ${createdAt === undefined ? 'does not say how old it is' : 'is too old'} ("${requirement}")`,
    expected: [`one of the last ${maxAge}`],
    found: [createdAt === undefined ? `no timestamp (${source})` : `made ${quotation(createdAt)}, ${age ?? 'some time'} ago (${source})`],
    next: [
      `make it again, and attest it: syft ${reference} -o cyclonedx-json > sbom.json && cosign attest --predicate sbom.json --type cyclonedx ${reference}`,
    ],
  }),
  'attestation-time-implausible': ({ reference, requirement, predicateType, source, claimed, latest, latestIs }) => ({
    title: `an attestation of ${reference} claims a time that cannot be ("${requirement}")`,
    expected: [
      `a time not after ${latest}, ${latestIs === 'signing time' ? 'when it was signed' : 'the time of this check'} (5 minutes of difference are allowed)`,
    ],
    found: [`${quotation(claimed)} (${predicateType}, ${source})`],
    next: ['correct the clock of the machine that makes the attestation, and attest again'],
  }),
};
