import type { LintFinding } from '../findings/policyLint';
import type { WordsOf } from './words';

const signer = (accepts: string): string => `it accepts the signer ${accepts}`;

export const policyLintWords: WordsOf<LintFinding> = {
  'policy-subject-wide': ({ path, pattern, accepts }) => ({
    title: 'a subject pattern of the trust policy lets strangers sign',
    expected: [`${path}: a pattern that only your organisation can match`],
    found: [`/${pattern}/`, signer(accepts)],
    next: ['write the exact subject (`subject`), or spell out host and owner with a "/" behind each'],
  }),
  'policy-subject-dot': ({ path, pattern, accepts }) => ({
    title: 'a "." in a subject pattern of the trust policy stands for any character',
    expected: [`${path}: "\\." where a dot is meant`],
    found: [`/${pattern}/`, signer(accepts)],
    next: ['write "\\." for each dot, or the exact subject (`subject`)'],
  }),
  'policy-subject-organisation': ({ path, pattern, accepts }) => ({
    title: 'a subject pattern of the trust policy lets a whole organisation sign',
    expected: [`${path}: the repository and workflow, or the account, that releases`],
    found: [`/${pattern}/`, signer(accepts)],
    next: ['name the repository and the workflow (`subject`); several identities may be listed'],
  }),
  'policy-subject-any-branch': ({ path, pattern, accepts }) => ({
    title: 'a subject pattern of the trust policy lets every branch sign',
    expected: [`${path}: one branch, or release tags: refs/heads/main, refs/tags/v.*`],
    found: [`/${pattern}/`, signer(accepts)],
    next: ['name the protected branch or tags: whoever may push a branch could sign otherwise'],
  }),
  'policy-images-wide': ({ path, glob, accepts }) => ({
    title: 'a policy covers repositories of every owner in a public registry',
    expected: [`${path}: your own part of the registry`],
    found: [glob, `it covers ${accepts}`],
    next: ['name the owner in the glob: registry/owner/**'],
  }),
  'policy-without-attestations': ({ path, policy, accepts }) => ({
    title: `policy "${policy}" is named like production and asks for no attestation`,
    expected: [`${path}: attestations (provenance, SBOM, vulnerability scan)`],
    found: [`${accepts} may run with a signature alone`],
    next: ['add `attestations` to the policy: docs/trust-policy.md lists the kinds'],
  }),
  'policy-warn-only': ({ path, policy, accepts }) => ({
    title: `policy "${policy}" only warns`,
    expected: [`${path}: mode enforce`],
    found: [`${accepts} may run unsigned, with a warning`],
    next: ['set `mode: enforce` when the warnings are gone'],
  }),
  'policy-without-signature': ({ path, policy, accepts }) => ({
    title: `policy "${policy}" asks for no signature of the image itself`,
    expected: [`${path}: at least 1`],
    found: [`${accepts} may run with attestations alone`],
    next: ['sign the images as well, and remove `signatures.threshold: 0`'],
  }),
  'policy-age-of-key': ({ path, policy, rules, accepts }) => ({
    title: `policy "${policy}" limits the age of signatures that a key makes`,
    expected: [`${path}: a keyless authority, whose certificates say when a signature was made`],
    found: [
      `${rules.join(' and ')} with a key: a time shows only that a signature existed then`,
      `an old image in ${accepts} passes when its old signature is logged again and the first log entry is hidden`,
    ],
    next: ['sign with short-lived certificates (`keyless`), or read docs/trust-model.md for what a key can prove'],
  }),
  'policy-unmatched-allowed': ({ path, accepts }) => ({
    title: 'images that no policy covers run without a word',
    expected: [`${path}: deny or warn`],
    found: [`${accepts} may run, by whomever it is`],
    next: ['set `unmatchedImages: deny`, or `warn` to see first what it would stop'],
  }),
  'policy-exception-long': ({ path, exception, expires, accepts }) => ({
    title: `the exception "${exception}" lasts longer than a year`,
    expected: [`${path}: a date within a year, so that somebody decides again`],
    found: [`${expires}; until then ${accepts} may run`],
    next: ['write an earlier date'],
  }),
};
