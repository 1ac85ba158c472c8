import type { ReferenceFinding, RegistryFinding } from '../findings/registry';
import type { WordsOf } from './words';

export const registryWords: WordsOf<ReferenceFinding | RegistryFinding> = {
  'reference-malformed': ({ reference, reason }) => ({
    title: `"${reference}" is not an image reference`,
    expected: ['registry/repository@sha256:<64 hexadecimal digits>'],
    found: [reason],
    next: ['correct the reference in the stack'],
  }),
  'image-not-found': ({ reference, registry }) => ({
    title: `${reference} does not exist in its registry (yet)`,
    expected: [`a manifest that ${registry} can show`],
    found: [`${registry} answers that it has none (404): this is neither "unsigned" nor "verified"`],
    next: [
      `push and sign it first: cosign sign ${reference}`,
      'if it should be there: check the spelling of the repository and the digest',
    ],
  }),
  'registry-unauthorized': ({ registry, repository, status, credentials, reason }) => ({
    title: `${registry} refuses to show ${repository}`,
    expected: ['read access (pull) for whoever runs this check'],
    found: [`HTTP ${status}, ${credentials === 'sent' ? 'with the credentials of your docker config' : 'without credentials'}: ${reason}`],
    next: [`docker login ${registry}   (or point DOCKER_CONFIG at a directory with credentials for it)`],
  }),
  'registry-unreachable': ({ registry, operation, reason }) => ({
    title: `${registry} could not be asked`,
    expected: [`an answer to: ${operation}`],
    found: [reason],
    next: [`curl -sSI https://${registry}/v2/   (is it reachable from here?)`, 'run this again when it answers'],
  }),
  'registry-timeout': ({ registry, operation, seconds }) => ({
    title: `${registry} did not answer in time`,
    expected: [`an answer to: ${operation}`],
    found: [`nothing within ${seconds} s`],
    next: [`curl -sSI https://${registry}/v2/   (how long does it take from here?)`, 'run this again'],
  }),
  'registry-response-invalid': ({ registry, operation, expected, found }) => ({
    title: `${registry} answered something that is not OCI`,
    expected: [`${expected}, for: ${operation}`],
    found: [found],
    next: ['check that the host is a container registry, and that no proxy or login page answers in its place'],
  }),
  'registry-redirect-refused': ({ registry, operation, location, reason }) => ({
    title: `a redirect of ${registry} was not followed`,
    expected: [`an answer to: ${operation}`],
    found: [`a redirect to ${location}: ${reason}`],
    next: ['ask the operator of the registry where it sends its clients, and why'],
  }),
  'digest-mismatch': ({ what, expected, found }) => ({
    title: `${what} is not what its digest says`,
    expected: [expected],
    found: [`bytes with the digest ${found}`],
    next: ['do not run this image; find out who changed the bytes: the registry, a mirror, or a proxy on the way'],
  }),
  'limit-exceeded': ({ what, limit, found }) => ({
    title: `${what}: too much to look at`,
    expected: [`at most ${limit}`],
    found: [found],
    next: ['somebody may be flooding the repository: remove what does not belong there'],
  }),
};
