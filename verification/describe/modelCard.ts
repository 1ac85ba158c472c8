import type { ModelCardFinding } from '../findings/modelCard';
import type { WordsOf } from './words';

export const modelCardWords: WordsOf<ModelCardFinding> = {};
