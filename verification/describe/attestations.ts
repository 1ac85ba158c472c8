import type { AttestationFinding } from '../findings/attestations';
import { expectedSigners, unsignedInWords } from './words';
import type { WordsOf } from './words';

export const attestationWords: WordsOf<AttestationFinding> = {
  'attestation-missing': ({ reference, policy, requirement, predicateTypes, expected, others, unsignedAttestations }) => ({
    title: `${reference} lacks an attestation that policy "${policy}" requires: "${requirement}"`,
    expected: [`an attestation of type ${predicateTypes.join(' or ')}`, ...expectedSigners(expected)],
    found: [
      others.length === 0 ? 'no attestation at all' : `attestations of other types: ${others.join(', ')}`,
      ...unsignedInWords(unsignedAttestations),
    ],
    next: [
      `attach it, in the workflow that builds the image: cosign attest --predicate FILE --type ${predicateTypes[0] ?? 'TYPE'} ${reference}`,
    ],
  }),
  'attestation-untrusted': ({ reference, policy, requirement, predicateType, source, reason, expected }) => ({
    title: `an attestation of ${reference} does not count for "${requirement}" of policy "${policy}"`,
    expected: expectedSigners(expected),
    found: [`${reason} (${predicateType}, ${source})`],
    next: [`attest in the expected workflow: cosign attest --predicate FILE --type ${predicateType} ${reference}`],
  }),
  'predicate-malformed': ({ reference, requirement, predicateType, source, path, expected, found }) => ({
    title: `an attestation of ${reference} is not what its type says ("${requirement}")`,
    expected: [`${path === '' ? '' : `${path}: `}${expected}`],
    found: [`${found} (${predicateType}, ${source})`],
    next: ['correct the tool that writes the attestation, and attest again'],
  }),
};
