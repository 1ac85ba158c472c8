import type { DiscoveryFinding } from '../findings/discovery';
import { expectedSigners } from './words';
import type { WordsOf } from './words';

export const discoveryWords: WordsOf<DiscoveryFinding> = {
  'notation-signed': ({ reference, policy, expected, sources }) => ({
    title: `${reference} is signed with Notation; policy "${policy}" wants Sigstore`,
    expected: [...expectedSigners(expected), '(any one of them)'],
    found: [
      `${sources.length === 1 ? 'a Notation signature' : `${sources.length} Notation signatures`}, not verified: ${sources.join(', ')}`,
    ],
    next: [`sign it with cosign as well, in the workflow that builds it: cosign sign ${reference}`],
  }),
};
