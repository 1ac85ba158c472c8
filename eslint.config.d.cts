import type { Linter } from 'eslint';

/** Types of eslint.config.cjs, which a test of the layer rule loads. */
declare const config: Linter.Config[];
export = config;
