import { ACCELERATORS } from './accelerators';
import { AVAILABILITY } from './availability';
import { IDENTITY } from './identity';
import { ISOLATION } from './isolation';
import { MODEL } from './model';
import { RESOURCES } from './resources';
import { SCRATCH } from './scratch';
import type { Control, ControlFinding } from './types';
import type { ModelPod } from './modelPod';

/** Every control, in the order in which people read about them. */
export const CONTROLS: readonly Control[] = [
  ...ISOLATION,
  ...IDENTITY,
  ...SCRATCH,
  ...MODEL,
  ...ACCELERATORS,
  ...RESOURCES,
  ...AVAILABILITY,
];

/**
 * What the controls beyond the Pod Security Standards say about a pod that serves a model.
 *
 * @returns One finding for each field that is not as it should be, or that is not known yet and decides; empty when all is well.
 */
export function controlFindings(pod: ModelPod): readonly ControlFinding[] {
  return CONTROLS.flatMap(({ id, severity, reason, fix, look }) =>
    look(pod).map((seen) => ({ ...seen, controlId: id, severity, reason, fix })),
  );
}
