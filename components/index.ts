export { ModelNamespace } from './modelNamespace';
export type { ModelNamespaceArgs } from './modelNamespace';
export { ModelServing } from './modelServing';
export type { ModelGpuArgs, ModelServingArgs, ModelVolumeArgs } from './serving/args';
