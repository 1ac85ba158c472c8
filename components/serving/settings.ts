import type * as pulumi from '@pulumi/pulumi';

import {
  byteQuantity,
  componentName,
  cpuQuantity,
  digestReference,
  extendedResourceName,
  integer,
  namespaceName,
  secretName,
} from '../arguments/argumentChecks';
import { ArgumentProblems } from '../arguments/argumentProblems';
import { absolutePath, environmentName, modelMountPath, safeArgument } from './checks';
import type { ModelGpuArgs, ModelServingArgs } from './args';

/** The arguments of a ModelServing with every default filled in and every value judged. */
export interface ModelServingSettings {
  readonly image: pulumi.Input<string>;
  readonly model: { readonly reference: pulumi.Input<string>; readonly mountPath: pulumi.Input<string> };
  readonly namespace: pulumi.Input<string>;
  readonly replicas: pulumi.Input<number>;
  readonly port: pulumi.Input<number>;
  readonly healthPath: pulumi.Input<string>;
  readonly startupSeconds: pulumi.Input<number>;
  readonly command: readonly pulumi.Input<string>[] | undefined;
  readonly args: readonly pulumi.Input<string>[] | undefined;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly gpu:
    { readonly count: pulumi.Input<number>; readonly resourceName: string; readonly writableRootForCdiUnsafe: boolean } | undefined;
  readonly memory: pulumi.Input<string>;
  readonly cpu: pulumi.Input<string>;
  readonly ephemeralStorage: pulumi.Input<string>;
  readonly runAsUser: pulumi.Input<number>;
  readonly runAsGroup: pulumi.Input<number>;
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
  readonly clientNamespaces: readonly pulumi.Input<string>[];
}

/** Largest user and group id that Kubernetes accepts (validation of PodSecurityContext). */
const MAXIMUM_ID = 2_147_483_647;
const MAXIMUM_REPLICAS = 10_000;
const MAXIMUM_GPUS = 64;
const DAY_IN_SECONDS = 86_400;

/**
 * Fills in the defaults of `args` and judges every value.
 *
 * @param name Name of the component, which the Kubernetes objects bear too.
 * @returns Settings whose computed values are still to be judged, each by itself, once they are known.
 * @throws pulumi.InputPropertiesError with everything that is wrong with the plain values.
 */
export function modelServingSettings(name: string, args: ModelServingArgs): ModelServingSettings {
  const problems = new ArgumentProblems(`ModelServing "${name}"`);
  problems.add('name', componentName(name));
  const each = (path: string, values: readonly pulumi.Input<string>[], check: Parameters<ArgumentProblems['check']>[2]) =>
    values.map((value, index) => problems.check(`${path}[${index}]`, value, check));

  const settings: ModelServingSettings = {
    image: problems.check('image', args.image, digestReference),
    model: {
      reference: problems.check('model.reference', args.model.reference, digestReference),
      mountPath: problems.check('model.mountPath', args.model.mountPath ?? '/models', modelMountPath),
    },
    namespace: problems.check('namespace', args.namespace ?? 'ml-serving', namespaceName),
    replicas: problems.check(
      'replicas',
      args.replicas ?? 1,
      integer(`a whole number from 0 to ${MAXIMUM_REPLICAS}`, 0, MAXIMUM_REPLICAS, 'set the number of pods'),
    ),
    port: problems.check(
      'port',
      args.port ?? 8000,
      integer('a port from 1 to 65535', 1, 65_535, 'set the port that the server listens on'),
    ),
    healthPath: problems.check('healthPath', args.healthPath ?? '/health', absolutePath),
    startupSeconds: problems.check(
      'startupSeconds',
      args.startupSeconds ?? 600,
      integer('whole seconds from 10 to one day', 10, DAY_IN_SECONDS, 'allow for the time that loading the model takes'),
    ),
    command: args.command && each('command', args.command, safeArgument),
    args: args.args && each('args', args.args, safeArgument),
    env: args.env ?? {},
    gpu: args.gpu && gpuSettings(args.gpu, problems),
    memory: problems.check('memory', args.memory ?? '4Gi', byteQuantity),
    cpu: problems.check('cpu', args.cpu ?? '2', cpuQuantity),
    ephemeralStorage: problems.check('ephemeralStorage', args.ephemeralStorage ?? '2Gi', byteQuantity),
    runAsUser: problems.check(
      'runAsUser',
      args.runAsUser ?? 1000,
      integer('a user id other than 0', 1, MAXIMUM_ID, 'run the server as an ordinary user'),
    ),
    runAsGroup: problems.check('runAsGroup', args.runAsGroup ?? 1000, integer('a group id', 0, MAXIMUM_ID, 'set a numeric group id')),
    imagePullSecrets: each('imagePullSecrets', args.imagePullSecrets ?? [], secretName),
    clientNamespaces: each('clientNamespaces', args.clientNamespaces ?? [], namespaceName),
  };
  for (const variable of Object.keys(settings.env)) {
    problems.add(`env.${variable}`, environmentName(variable));
  }
  problems.throwIfAny();
  return settings;
}

/** No GPUs, said plainly, is a server on CPUs; a computed zero only shows when the shape of the pod is settled. */
function gpuSettings(gpu: ModelGpuArgs, problems: ArgumentProblems): ModelServingSettings['gpu'] {
  const settings = {
    count: problems.check(
      'gpu.count',
      gpu.count,
      integer(`a whole number from 0 to ${MAXIMUM_GPUS}`, 0, MAXIMUM_GPUS, 'GPUs are given out whole; for parts use a MIG resourceName'),
    ),
    resourceName: gpu.resourceName ?? 'nvidia.com/gpu',
    writableRootForCdiUnsafe: gpu.writableRootForCdiUnsafe ?? false,
  };
  problems.add('gpu.resourceName', extendedResourceName(settings.resourceName));
  return settings.count === 0 ? undefined : settings;
}
