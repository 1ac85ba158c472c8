import type { LifecycleFinding } from '../findings/lifecycle';
import type { WordsOf } from './words';

export const lifecycleWords: WordsOf<LifecycleFinding> = {};
