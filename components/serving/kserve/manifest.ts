import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import { mapInput } from '../../arguments/mapInput';
import type { CustomObject } from '../around/customObject';
import type { ServingIdentity } from '../around/identity';
import { PRE_STOP_SECONDS } from '../drain';
import type { FilesMount } from '../settings/files';
import type { KserveKind } from './args';
import { inferenceService, predictorName } from './inferenceService';
import { llmInferenceService, llmWorkloadName } from './llmInferenceService';
import type { ServingWorkload } from './pod';

/** Name of the Deployment that runs the pods: ours, or the one that KServe makes. */
export function workloadName(name: string, kind: KserveKind | undefined): string {
  switch (kind) {
    case undefined:
      return name;
    case 'InferenceService':
      return predictorName(name);
    case 'LLMInferenceService':
      return llmWorkloadName(name);
  }
}

/** The object that KServe makes a Deployment of. */
export function kserveManifest(
  kind: KserveKind,
  identity: ServingIdentity,
  workload: ServingWorkload,
  { model, strategy }: { readonly model: FilesMount; readonly strategy: k8s.types.input.apps.v1.DeploymentStrategy },
): CustomObject {
  return kind === 'InferenceService'
    ? inferenceService(identity, workload, strategy)
    : llmInferenceService(identity, workload, { uri: modelUri(model), name: model.name }, PRE_STOP_SECONDS);
}

/** A copy is an image too. `native` is the mode of KServe that mounts it as we do; it is not asked to. */
function modelUri({ source }: FilesMount): pulumi.Input<string> {
  return source.kind === 'persistentVolumeClaim'
    ? mapInput(source.claimName, (claim) => `pvc://${claim}`)
    : mapInput(source.reference, (reference) => `oci+native://${reference}`);
}
