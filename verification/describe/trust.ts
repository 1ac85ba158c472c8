import type { TrustPolicyFinding, TrustRootFinding } from '../findings/trust';
import type { TrustPolicyProblem } from '../findings/parts';
import { shellQuote } from '../../printing';
import { repositoryOf } from './words';
import type { WordsOf } from './words';

function problemLine({ path, line, column, message }: TrustPolicyProblem): string {
  const position = line === undefined ? '' : `${line}:${column ?? 1}  `;
  return `${position}${path === '' ? '' : `${path}: `}${message}`;
}

export const trustWords: WordsOf<TrustPolicyFinding | TrustRootFinding> = {
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
    next: [`correct ${shellQuote(file)}; editors check it with the schema of docs/trust-policy.md`],
  }),
  'model-lock-invalid': ({ file, problems }) => ({
    title: `the model lock ${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}, so nothing can be compared with it`,
    found: problems.map(problemLine),
    next: [
      `take back the last change: git log -p -- ${shellQuote(file)}`,
      'or write it anew with renderModelLock, in a reviewed change (docs/model-lock.md)',
    ],
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
  'trust-root-offline': ({ trustRoot, reason, expires }) => ({
    title: `the trust root "${trustRoot}" is an offline copy`,
    expected: ['a fresh copy from the TUF repository'],
    found: [`${reason}; using the copy inside the package, which expires ${expires}`],
    next: ['allow access to the TUF repository, or use a trusted_root.json file that you refresh yourself'],
  }),
};
