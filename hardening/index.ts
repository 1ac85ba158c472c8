/** Hardening of pods and model servers, as pure functions over a pod spec: the policy pack, the components and admission share them. */
export * from './server-options';
export * from './optOut';
