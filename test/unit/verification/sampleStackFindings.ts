import type { Finding } from '../../../verification/finding';
import type { InternalFinding, StackFinding } from '../../../verification/findings/stack';

type Code = (StackFinding | InternalFinding)['code'];

/** The samples of findings about the text of a stack, about what runs, and about faults of our own. */
export function stackSamples(value: string): { readonly [C in Code]: Extract<Finding, { code: C }> } {
  return {
    'image-unpinned': { code: 'image-unpinned', reference: value },
    'image-unknown': { code: 'image-unknown', what: value },
    'image-unreadable': { code: 'image-unreadable', expected: value, found: value },
    'running-digest-unknown': { code: 'running-digest-unknown', reference: value, found: value },
    'internal-error': { code: 'internal-error', during: value, reason: value },
  };
}
