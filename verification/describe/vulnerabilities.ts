import type { VulnerabilityFinding } from '../findings/vulnerabilities';
import type { WordsOf } from './words';

export const vulnerabilitiesWords: WordsOf<VulnerabilityFinding> = {};
