import type { ProvenanceFinding } from '../findings/provenance';
import type { WordsOf } from './words';

export const provenanceWords: WordsOf<ProvenanceFinding> = {};
