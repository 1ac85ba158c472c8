import { existsSync } from 'node:fs';
import { binaryPath } from '../../tools/toolchain/goTool';
import type { GoTool } from '../../tools/toolchain/goTool';

/**
 * `describe` for tests that need a real tool. `npm test` builds the tools first; without Go they are skipped and counted as such.
 */
export const describeWith = (...tools: readonly GoTool[]): jest.Describe =>
  tools.every((tool) => existsSync(binaryPath(tool))) ? describe : describe.skip;
