import type { ModelServingArgs } from '../args';
import type { GpuSettings } from './gpu';
import { allMounts } from './servedFiles';
import type { ServedFilesSettings } from './servedFiles';

/** A control that the author gave up by name. It is written on the pods, where the policy pack finds and reports it. */
export interface OptOut {
  /** Id of the control, as the policy pack names it. */
  readonly control: string;
  readonly reason: string;
}

/** Collects what was given up, with the reason that the argument stands for. */
export function optOuts(args: ModelServingArgs, gpu: GpuSettings | undefined, files: ServedFilesSettings): readonly OptOut[] {
  const given: OptOut[] = [];
  if (gpu?.writableRootForCdiUnsafe === true) {
    given.push({
      control: 'read-only-root',
      reason: 'the NVIDIA container toolkit of the cluster writes into the root file system (gpu.writableRootForCdiUnsafe)',
    });
  }
  if (gpu?.sharedWithOtherPodsUnsafe === true) {
    given.push({
      control: 'own-accelerator',
      reason: 'accelerators are shared with other pods, without limits between them (gpu.sharedWithOtherPodsUnsafe)',
    });
  }
  if (args.nodesWithoutAppArmor === true) {
    given.push({ control: 'app-armor-profile', reason: 'the nodes have no AppArmor (nodesWithoutAppArmor)' });
  }
  if (args.hostUserNamespaceUnsafe === true && gpu === undefined) {
    given.push({ control: 'user-namespace', reason: 'the pod runs with the user ids of the node (hostUserNamespaceUnsafe)' });
  }
  const unverified = allMounts(files).filter(({ unverifiedReason }) => unverifiedReason !== undefined);
  if (unverified.length > 0) {
    const reason = unverified.map(({ argument, unverifiedReason }) => `${argument}: ${unverifiedReason ?? ''}`).join('; ');
    given.push({ control: 'verified-weights', reason });
  }
  return given;
}
