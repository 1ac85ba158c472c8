export { CONTROLS, controlFindings } from './controls';
export { invocationOf } from './invocation';
export { isAccelerator, isModelPod, ModelPod } from './modelPod';
export type { Control, ControlFinding } from './types';
