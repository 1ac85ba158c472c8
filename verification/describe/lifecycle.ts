import { formatDuration } from '../trust-policy/duration';
import type { ExceptionTold, LifecycleFinding } from '../findings/lifecycle';
import { policyLintWords } from './policyLint';
import { repositoryOf, signerInWords } from './words';
import type { WordsOf } from './words';

const decided = ({ exception, reason, owner, expires }: ExceptionTold): string =>
  `exception "${exception}" of ${owner}, until ${expires}: ${reason}`;

export const lifecycleWords: WordsOf<LifecycleFinding> = {
  ...policyLintWords,
  'exception-applied': (finding) => ({
    title: `${finding.reference} may run although policy "${finding.policy}" does not hold: an exception covers it`,
    expected: [`the policy to hold; it does not: ${finding.covered.join(', ')} (told below)`],
    found: [decided(finding)],
    next: [`make the policy hold before ${finding.expires}; then it blocks again by itself`],
  }),
  'exception-expiring': (finding) => ({
    title: `the exception "${finding.exception}" for ${finding.reference} ends ${inDays(finding.days)}`,
    found: [decided(finding)],
    next: [
      `ask the owner of the exception: make policy "${finding.policy}" hold, or decide again in a reviewed change of the trust policy`,
    ],
  }),
  'exception-expired': (finding) => ({
    title: `the exception "${finding.exception}" for ${finding.reference} has ended`,
    expected: [`policy "${finding.policy}" to hold by now`],
    found: [decided(finding)],
    next: ['make the policy hold, and remove the exception', 'ask its owner whether it must be decided again, in a reviewed change'],
  }),
  'exception-too-narrow': (finding) => ({
    title: `the exception "${finding.exception}" for ${finding.reference} does not cover everything that is wrong`,
    expected: [`policy "${finding.policy}" to fail only for what the exception covers`],
    found: [`not covered: ${finding.left.join(', ')}`, decided(finding)],
    next: ['correct what is not covered', 'or name the code in `findings` of the exception, in a reviewed change of the trust policy'],
  }),
  'signature-too-old': ({ reference, policy, signer, signedAt, ageMilliseconds, maxAge }) => ({
    title: `a signature of ${reference} is too old for policy "${policy}"`,
    expected: [`signed within the last ${maxAge}`],
    found: [`signed ${signedAt}, ${formatDuration(ageMilliseconds)} ago, by ${signerInWords(signer)}`],
    next: ['build and sign the image again, so that it holds current packages', `or confirm it: cosign sign ${reference}`],
  }),
  'signature-ageing': ({ reference, policy, signer, signedAt, ageMilliseconds, maxAge }) => ({
    title: `a signature of ${reference} will soon be too old for policy "${policy}"`,
    expected: [`signed within the last ${maxAge}`],
    found: [`signed ${signedAt}, ${formatDuration(ageMilliseconds)} ago, by ${signerInWords(signer)}`],
    next: ['build and sign the image again before it blocks'],
  }),
  'signature-untimed': ({ reference, policy, signer, neededFor }) => ({
    title: `nobody says when ${reference} was signed, and policy "${policy}" needs to know (${neededFor})`,
    expected: ['a signature with a trusted time: an entry in a transparency log, or a timestamp'],
    found: [signer === undefined ? 'evidence without a trusted time' : `a signature without a trusted time by ${signerInWords(signer)}`],
    next: ['sign with a transparency log or timestamp authority, and name its trust root: key.trustRoot in the trust policy'],
  }),
  'signer-changed': ({ reference, policy, changes, recordedDigest }) => ({
    title: `${reference} is signed by another signer than the image before it (policy "${policy}")`,
    expected: changes.map(({ what, recorded }) => `${what}: ${recorded}   (at ${recordedDigest})`),
    found: changes.map(({ what, found }) => `${what}: ${found}`),
    next: [
      'find out who changed the pipeline, and why, before this image runs',
      `if the change is meant: remove ${repositoryOf(reference)} from model.lock, verify again and write it anew, in a reviewed change`,
    ],
  }),
  'rolled-back': ({ reference, policy, digest, signedAt, recorded }) => ({
    title: `${reference} is older than the image that was verified before (policy "${policy}")`,
    expected: [`${recorded.digest}, signed ${recorded.signedAt}, or a newer one`],
    found: [`${digest}, signed ${signedAt}`],
    next: ['use the newer image', 'if going back is meant: write an exception for rolled-back and this digest in the trust policy'],
  }),
  'previous-verdict-missing': ({ reference, policy, neededFor }) => ({
    title: `nothing is recorded about ${repositoryOf(reference)} that policy "${policy}" could compare with (${neededFor.join(', ')})`,
    expected: ['an earlier verdict about this repository in model.lock, beside the trust policy'],
    found: ['none; this image is taken as the first one'],
    next: ['once you trust this image: record the verdict with renderModelLock and commit model.lock (docs/model-lock.md)'],
  }),
};

const inDays = (days: number): string => (days === 0 ? 'today' : `in ${days} day${days === 1 ? '' : 's'}`);
