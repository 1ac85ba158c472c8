import type { TrustPolicyFinding, TrustRootFinding } from '../findings/trust';
import type { NamedFile } from '../findings/trust';
import type { NearMiss } from '../findings/parts';
import { shellQuote } from '../../printing';
import { packSettingWords, problemLine } from './packSettings';
import { repositoryOf } from './words';
import type { WordsOf } from './words';

const namedFile = ({ file, why }: NamedFile): string => `${file} (${why})`;

const nearMissLine = ({ policy, glob, part, expected, found }: NearMiss): string =>
  `policy "${policy}" covers ${glob}, and only the ${part} differs: it has ${expected}, the image has ${found}`;

export const trustWords: WordsOf<TrustPolicyFinding | TrustRootFinding> = {
  'trust-policy-missing': ({ searched, lookalikes = [] }) => ({
    title: 'no trust policy was found, so nothing can be verified',
    expected: [
      'a file trust-policy.yaml in the project directory or above it within the repository, or "trustPolicy" in the policy configuration',
    ],
    found: [...lookalikes.map((file) => `${file}, which is not read under this name`), ...searched.map((place) => `nothing at ${place}`)],
    next: [
      ...lookalikes.slice(0, 1).map((file) => `mv ${shellQuote(file)} ${shellQuote(file.replace(/[^/\\]*$/, 'trust-policy.yaml'))}`),
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
    next: [`correct ${shellQuote(file)}; editors check it with the schema of docs/trust-policy.md`],
  }),
  'trust-policy-ambiguous': ({ files }) => ({
    title: 'several trust policies could decide, and they differ, so nothing can be verified',
    expected: ['one trust policy for this project, or files with the same content'],
    found: files.map(namedFile),
    next: [
      'keep one of these files, or name the one that decides:',
      '--policy-pack-config with {"require-verified-image": {"trustPolicy": "/path/to/trust-policy.yaml"}}',
    ],
  }),
  'trust-policy-unused': ({ used, unused }) => ({
    title: `${used} decides; another trust policy with different content does not`,
    expected: ['one trust policy, or files with the same content'],
    found: unused.map((one) => `not used: ${namedFile(one)}`),
    next: [
      ...unused.slice(0, 1).map(({ file }) => `diff ${shellQuote(file)} ${shellQuote(used)}`),
      'remove the file that should not decide',
    ],
  }),
  'project-directory-unknown': ({ project, reason, sources }) => ({
    title: `the directory of project "${project}" is not certain, so it is not certain which trust policy decides`,
    expected: ['a directory that the process which started Pulumi and its project file agree on'],
    found: [reason, ...sources],
    next: [
      'name the trust policy: MODEL_SUPPLY_CHAIN_TRUST_POLICY=/path/to/trust-policy.yaml in the environment',
      'or --policy-pack-config with {"require-verified-image": {"trustPolicy": "/path/to/trust-policy.yaml"}} (an absolute path)',
    ],
  }),
  'pack-setting-invalid': packSettingWords,
  'model-lock-invalid': ({ file, problems }) => ({
    title: `the model lock ${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}, so nothing can be compared with it`,
    found: problems.map(problemLine),
    next: [
      `take back the last change: git log -p -- ${shellQuote(file)}`,
      'or write it anew with renderModelLock, in a reviewed change (docs/model-lock.md)',
    ],
  }),
  'image-not-covered': ({ reference, unmatchedImages, nearMiss }) => ({
    title: `no policy covers ${reference}`,
    expected: ['a policy whose images match it'],
    found: [`unmatchedImages: ${unmatchedImages}`, ...(nearMiss === undefined ? [] : [nearMissLine(nearMiss)])],
    next: [
      ...(nearMiss === undefined
        ? []
        : [`if ${nearMiss.expected} was meant, correct the image; if ${nearMiss.found} was, correct the policy`]),
      `add ${repositoryOf(reference)} to the images of a policy in the trust policy, or use an image that a policy covers`,
    ],
  }),
  'trust-root-unavailable': ({ trustRoot, reason }) => ({
    title: `the trust root "${trustRoot}" cannot be used`,
    expected: ['certificate authorities and logs to verify signatures against'],
    found: [reason],
    next: [`check trustRoots in the trust policy, entry "${trustRoot}"; without network, use a trusted_root.json file`],
  }),
  'kms-key-unavailable': ({ reference, reason }) => ({
    title: `the key ${reference} cannot be read`,
    expected: ['its public half, from AWS KMS'],
    found: [reason],
    next: [
      'check region, credentials and the permission kms:GetPublicKey',
      `or write the public key into the trust policy: cosign public-key --key ${shellQuote(reference)}`,
    ],
  }),
  'trust-root-expiring': ({ trustRoot, part, expires, hasEnded }) => ({
    title: `the ${part} of the trust root "${trustRoot}" ${hasEnded ? 'has ended' : 'ends soon'}`,
    expected: [part.startsWith('TUF') ? 'metadata that is signed anew in time' : `a ${part} that is valid for what is signed next`],
    found: [
      part.startsWith('TUF')
        ? `it expires ${expires}; then nobody gets a trust root from this repository`
        : `valid until ${expires}; what was signed before stays good, what is signed afterwards will not verify`,
    ],
    next: [
      part.startsWith('TUF')
        ? 'ask whoever keeps the TUF repository to sign its metadata'
        : `replace the trusted_root.json of trustRoots entry "${trustRoot}" by a current one; by TUF that happens by itself once the repository has it`,
    ],
  }),
  'trust-root-offline': ({ trustRoot, reason, copy, expires }) => ({
    title: `the trust root "${trustRoot}" is an offline copy`,
    expected: ['a fresh copy from the TUF repository'],
    found: [`${reason}; using the copy ${copy === 'cache' ? 'of an earlier run' : 'inside the package'}, which expires ${expires}`],
    next: ['allow access to the TUF repository, or use a trusted_root.json file that you refresh yourself'],
  }),
};
