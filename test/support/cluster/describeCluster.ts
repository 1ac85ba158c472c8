import { hasCrds } from '../../../tools/toolchain/crds';
import type { GoTool } from '../../../tools/toolchain/goTool';
import { describeWith } from '../tool';
import type { ClusterOptions } from './cluster';
import { controlPlaneTools } from './controlPlane';

/**
 * `describe` for tests that start a cluster with these options and these further tools. `npm test` builds them first; without Go they are
 * skipped and counted as such.
 */
export function describeCluster({ version, crds = [] }: ClusterOptions = {}, ...tools: readonly GoTool[]): jest.Describe {
  return crds.every(hasCrds) ? describeWith(...controlPlaneTools(version), ...tools) : describe.skip;
}
