import type { DiscoveryFinding } from '../findings/discovery';
import type { WordsOf } from './words';

export const discoveryWords: WordsOf<DiscoveryFinding> = {};
