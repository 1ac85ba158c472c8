import type { SbomFinding } from '../findings/sbom';
import type { WordsOf } from './words';

export const sbomWords: WordsOf<SbomFinding> = {};
