/** Hardening of pods and model servers, as pure functions over a pod spec: the policy pack, the components and admission share them. */
export * from './assessment';
export * from './controls';
export * from './describeShortcoming';
export * from './optOut';
export * from './pod-security';
export * from './server-options';
export { Field, UNKNOWN } from './pod/field';
export { Pod, podOf } from './pod/pod';
export type { PodParts } from './pod/pod';
