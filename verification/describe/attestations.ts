import type { AttestationFinding } from '../findings/attestations';
import { besideInWords, expectedSigners, quotation } from './words';
import type { WordsOf } from './words';

const BEFORE_THEN: Readonly<Record<Extract<AttestationFinding, { code: 'attestation-ageing' }>['what'], string>> = {
  build: 'before then, build the image again and deploy the new digest',
  'bill of materials': 'before then, make it again and attest it',
  'security review': 'before then, review the model, write the date to security.last_security_review, and attest the card again',
  evaluation: 'before then, evaluate the model again and attest the result',
  'verification summary': 'before then, have the image verified again',
};

export const attestationWords: WordsOf<AttestationFinding> = {
  'attestation-missing': ({ reference, policy, requirement, predicateTypes, expected, others, ...beside }) => ({
    title: `${reference} lacks an attestation that policy "${policy}" requires: "${requirement}"`,
    expected: [`an attestation of type ${predicateTypes.join(' or ')}`, ...expectedSigners(expected)],
    found: [
      others.length === 0 ? 'no attestation at all' : `attestations of other types: ${others.map(quotation).join(', ')}`,
      ...besideInWords(beside),
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
  'attestation-ageing': ({ reference, requirement, source, what, age, maxAge, until }) => ({
    title: `the ${what} of ${reference} will soon be too old ("${requirement}")`,
    expected: [`one of the last ${maxAge}`],
    found: [`${age} old, accepted until ${until} (${source})`],
    next: [BEFORE_THEN[what]],
  }),
  'predicate-malformed': ({ reference, requirement, predicateType, source, path, expected, found }) => ({
    title: `an attestation of ${reference} is not what its type says ("${requirement}")`,
    expected: [`${path === '' ? '' : `${path}: `}${expected}`],
    found: [`${found} (${predicateType}, ${source})`],
    next: ['correct the tool that writes the attestation, and attest again'],
  }),
};
