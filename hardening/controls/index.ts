export { CONTROLS, controlFindings } from './controls';
export { SHARED_SUFFIX } from './accelerators';
export { invocationOf } from './invocation';
export { ACCELERATOR, isAccelerator, isModelPod, LASTING_SOURCES, ModelPod } from './modelPod';
export { OFFLINE_VARIABLES, TRUE_WORDS, WITHOUT_HUB } from './model';
export { SURROUNDING_CONTROLS } from './surroundings';
export type { Surrounded, Surroundings } from './surroundings';
export type { Control, ControlFinding } from './types';
