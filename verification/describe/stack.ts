import type { StackFinding, InternalFinding } from '../findings/stack';
import { repositoryOf } from './words';
import type { WordsOf } from './words';

export const stackWords: WordsOf<StackFinding | InternalFinding> = {
  'image-unpinned': ({ reference, digest }) => ({
    title: `${reference} is a tag, and tags can be moved after the check`,
    expected: ['a digest: registry/repository@sha256:<64 hexadecimal digits>'],
    found: [digest === undefined ? 'no digest' : `no digest; today the tag points to ${digest}`],
    next: [
      digest === undefined ? `crane digest ${reference}   (prints the digest to write)` : `write ${repositoryOf(reference)}@${digest}`,
    ],
  }),
  'image-unknown': ({ what }) => ({
    title: 'the image is not known yet, so nobody can say whether it is signed',
    expected: ['a reference that is known at preview'],
    found: [`${what} is computed by a resource that does not exist yet`],
    next: [
      'nothing, if this is intended: `pulumi up` checks it again, before the resource is created, when the value is known',
      'to have it checked at preview: build and sign the image in CI, and pass its digest in the stack configuration',
    ],
  }),
  'image-unreadable': ({ expected, found }) => ({
    title: 'this field should hold an image, and cannot be read as one',
    expected: [expected],
    found: [found],
    next: ['correct the field in the stack'],
  }),
  'running-digest-unknown': ({ reference, found }) => ({
    title: `${reference} is a tag, and the digest that runs is not known`,
    expected: ['a digest in the pod spec, or an imageID of the form REPOSITORY@sha256:DIGEST in the status of the container'],
    found: [found],
    next: [
      'name the image by digest in the workload, and deploy it again',
      'if the container has not started yet: run this again when it has',
    ],
  }),
  'internal-error': ({ during, reason }) => ({
    title: 'a fault in pulumi-model-supply-chain itself: the image was not let through, and not found unsigned either',
    expected: [`${during} to finish`],
    found: [reason],
    next: ['please report it with this text'],
  }),
};
