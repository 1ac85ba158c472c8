import type * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';

import type { CustomObject } from '../around/customObject';
import { metadataOf } from '../around/identity';
import type { ServingIdentity } from '../around/identity';
import type { ServingWorkload } from './pod';

type Container = k8s.types.input.core.v1.Container;
type Probe = k8s.types.input.core.v1.Probe;

/** Name by which KServe knows the container of the server. */
const CONTAINER = 'main';

/** Name of the Deployment that KServe makes. */
export const llmWorkloadName = (name: string): string => `${name}-kserve`;

/** The model as KServe is told about it. */
export interface LlmModel {
  /** `oci+native://repository@sha256:...`, or `pvc://claim/path`. */
  readonly uri: pulumi.Input<string>;
  /** Name under which clients ask for it. */
  readonly name: string;
}

/**
 * The server as an LLMInferenceService.
 *
 * `model.uri` only says which model it is (KServe demands it, and policies read it): the model is a volume of the pod, as everywhere else,
 * so the storage initializer is off. KServe merges its template for single nodes under the pod, field by field: what the pod says wins,
 * what it leaves out comes from the template. `serverUnderTemplate` takes care of the fields that would come out as both.
 *
 * https://github.com/kserve/kserve/blob/v0.20.0/config/llmisvcconfig/config-llm-template.yaml
 */
export function llmInferenceService(
  identity: ServingIdentity,
  workload: ServingWorkload,
  model: LlmModel,
  drainSeconds: number,
): CustomObject {
  return {
    apiVersion: 'serving.kserve.io/v1alpha2',
    kind: 'LLMInferenceService',
    metadata: metadataOf(identity),
    spec: {
      model: { uri: model.uri, name: model.name },
      storageInitializer: { enabled: false },
      ...(workload.replicas !== undefined && { replicas: workload.replicas }),
      labels: workload.labels,
      annotations: workload.annotations,
      template: { ...workload.pod, containers: [serverUnderTemplate(workload.server, drainSeconds)] },
    },
  };
}

/**
 * The template drains by a command: beside our `sleep` it would make two handlers, which the API server refuses. And it probes by HTTPS,
 * with certificates of its own, where our server speaks HTTP behind the network policy.
 */
function serverUnderTemplate(server: Container, drainSeconds: number): Container {
  return {
    ...server,
    name: CONTAINER,
    lifecycle: { preStop: { exec: { command: ['/bin/sleep', String(drainSeconds)] } } },
    ...probe('startupProbe', server),
    ...probe('readinessProbe', server),
    ...probe('livenessProbe', server),
  };
}

function probe(name: 'startupProbe' | 'readinessProbe' | 'livenessProbe', server: Container): Partial<Container> {
  const probe = server[name] as Probe | undefined;
  const httpGet = probe?.httpGet as k8s.types.input.core.v1.HTTPGetAction | undefined;
  return probe === undefined || httpGet === undefined ? {} : { [name]: { ...probe, httpGet: { ...httpGet, scheme: 'HTTP' } } };
}
