import type { Container, Pod } from '../pod/pod';
import type { Field } from '../pod/field';
import { ANNOTATION_PREFIX } from '../optOut';
import { commandLines } from '../server-options/commandLine';
import { recogniseServer } from '../server-options/serverKind';
import { invocationOf } from './invocation';

/**
 * Names of accelerators in `resources`. Device plugins name them after the vendor; anything else with a domain of one of these is one too.
 * https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
 */
export const ACCELERATOR =
  /^(?:nvidia\.com\/(?:gpu|mig-).*|amd\.com\/gpu.*|gpu\.intel\.com\/.+|habana\.ai\/gaudi.*|google\.com\/tpu|aws\.amazon\.com\/neuron.*|rebellions\.ai\/.+|qualcomm\.com\/.+|huawei\.com\/ascend.*)$/i;

/** Volumes whose content outlives the pod, or comes from elsewhere. */
export const LASTING_SOURCES = [
  'image',
  'persistentVolumeClaim',
  'nfs',
  'csi',
  'hostPath',
  'ephemeral',
  'azureFile',
  'cephfs',
  'iscsi',
] as const;

export type VolumeSource = (typeof LASTING_SOURCES)[number];

/** A volume that may hold a model, and a place where a container mounts it. */
export interface ModelMount {
  readonly source: VolumeSource;
  readonly volume: Field;
  readonly mount: Field;
  readonly container: Container;
}

/** A pod that serves or runs a model, with what its controls need to know. */
export class ModelPod {
  readonly mounts: readonly ModelMount[];
  /** Containers that run the model: with an accelerator or a model. Where none shows it, every container of the pod. */
  readonly servers: readonly Container[];
  readonly acceleratorRequests: readonly Field[];

  /**
   * @param pod The pod or template.
   * @param replicas `spec.replicas` of its workload, when it has one.
   */
  constructor(
    readonly pod: Pod,
    readonly replicas?: Field,
  ) {
    const volumes = pod.spec.at('volumes').items();
    this.mounts = pod.containers.flatMap((container) => mountsOf(container, volumes));
    this.acceleratorRequests = pod.containers.flatMap(({ field }) => acceleratorsOf(field));
    const running = pod.containers.filter(({ kind }) => kind === 'containers');
    const marked = running.filter(
      (container) =>
        acceleratorsOf(container.field).length > 0 ||
        this.mounts.some((mount) => mount.container === container && mount.source === 'image'),
    );
    this.servers = marked.length > 0 ? marked : running;
  }

  /** Whether it asks for an accelerator, by the device plugin or by a claim. */
  get hasAccelerator(): boolean {
    return this.acceleratorRequests.length > 0 || this.pod.spec.at('resourceClaims').items().length > 0;
  }

  /** Whether it runs to an end, as pods of Jobs do. */
  get runsToEnd(): boolean {
    return ['Never', 'OnFailure'].includes(this.pod.spec.at('restartPolicy').text ?? '');
  }
}

/** Whether a resource name is one of an accelerator. */
export const isAccelerator = (resource: string): boolean => ACCELERATOR.test(resource);

/** Amounts of accelerators in the limits and requests of a container. */
export function acceleratorsOf(container: Field): readonly Field[] {
  return ['limits', 'requests'].flatMap((kind) =>
    container
      .at('resources', kind)
      .entries()
      .filter(([resource]) => isAccelerator(resource))
      .map(([, amount]) => amount),
  );
}

function mountsOf(container: Container, volumes: readonly Field[]): readonly ModelMount[] {
  return container.field
    .at('volumeMounts')
    .items()
    .flatMap((mount) => {
      const name = mount.at('name').text;
      const volume = volumes.find((candidate) => name !== undefined && candidate.at('name').text === name);
      const source = volume && LASTING_SOURCES.find((key) => !volume.at(key).isAbsent && !volume.isUnknown);
      return volume === undefined || source === undefined ? [] : [{ source, volume, mount, container }];
    });
}

/**
 * Whether a pod serves or runs a model: it has an accelerator, an image volume, a server that we know, or annotations of ours. The last are
 * all that shows it where a server of one's own reads its model from a claim, on CPUs.
 *
 * A pod whose containers or volumes are not known yet is not one: what cannot be seen now is judged when it is known.
 */
export function isModelPod(pod: Pod): boolean {
  const model = new ModelPod(pod);
  return (
    model.hasAccelerator ||
    pod.metadata
      .at('annotations')
      .entries()
      .some(([name]) => name.startsWith(ANNOTATION_PREFIX)) ||
    pod.spec
      .at('volumes')
      .items()
      .some((volume) => volume.at('image').value !== undefined) ||
    pod.containers.some(({ field }) => {
      const invocation = invocationOf(field);
      return recogniseServer(commandLines(invocation, new Map()), invocation.image) !== undefined;
    })
  );
}
