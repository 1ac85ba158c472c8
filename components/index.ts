export { ModelNamespace } from './modelNamespace';
export type { ContainerLimitsArgs, ModelNamespaceArgs, NamespaceQuotaArgs } from './namespace/args';
export { ModelServing } from './modelServing';
export type { ModelServingArgs } from './serving/args';
export type { GpuMode, ModelGpuArgs } from './serving/args/gpu';
export type {
  ClaimAccessMode,
  ModelAdapterArgs,
  ModelFilesArgs,
  ModelMountShape,
  ModelSourceKind,
  ServedModelArgs,
} from './serving/args/model';
export type { ModelServer } from './serving/args/server';
export type { ModelVerificationArgs } from './serving/args/verify';
export { KyvernoInstallation } from './kyvernoInstallation';
export type { KyvernoImageDigestsArgs, KyvernoInstallationArgs } from './kyverno/args';
export { ModelAdmission } from './modelAdmission';
export type { AdmissionGap } from './modelAdmission';
export type {
  AdmissionAdministratorsArgs,
  AdmissionBackend,
  PodHardening,
  AdmissionSummaryArgs,
  AdmissionTufArgs,
  ModelAdmissionArgs,
  SignatureFormat,
} from './admission/args';
