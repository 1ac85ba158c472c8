export { CONTROLS, controlFindings } from './controls';
export { invocationOf } from './invocation';
export { isAccelerator, isModelPod, ModelPod } from './modelPod';
export { SURROUNDING_CONTROLS } from './surroundings';
export type { Surrounded, Surroundings } from './surroundings';
export type { Control, ControlFinding } from './types';
