import type * as pulumi from '@pulumi/pulumi';

import { choice, componentName, digestReference, integer, namespaceName, secretName } from '../arguments/argumentChecks';
import { ArgumentProblems } from '../arguments/argumentProblems';
import { unknownArguments } from '../arguments/unknownArguments';
import type { ModelServingArgs } from './args';
import { ModelServer } from './args/server';
import { surroundingsSettings } from './around/settings';
import type { SurroundingsSettings } from './around/settings';
import { absolutePath } from './checks';
import { DRAIN_MARGIN_SECONDS, PRE_STOP_SECONDS } from './drain';
import { SERVER_PRESETS } from './presets';
import type { Launch, ServerPreset } from './presets/types';
import type { GpuSettings } from './settings/gpu';
import { gpuSettings } from './settings/gpu';
import { invocation } from './settings/invocation';
import type { InvocationSettings } from './settings/invocation';
import { optOuts } from './settings/optOuts';
import type { OptOut } from './settings/optOuts';
import { replicaSettings } from './settings/replicas';
import { resourceSettings } from './settings/resources';
import type { ResourceSettings } from './settings/resources';
import { servedFiles } from './settings/servedFiles';
import type { ServedFilesSettings } from './settings/servedFiles';

type Text = pulumi.Input<string>;
type Count = pulumi.Input<number>;

/** The arguments of a ModelServing with every default filled in and every value judged. */
export interface ModelServingSettings {
  readonly preset: ServerPreset;
  readonly image: Text;
  readonly files: ServedFilesSettings;
  readonly namespace: Text;
  readonly replicas: Count;
  readonly port: Count;
  readonly readinessPath: Text;
  readonly livenessPath: Text;
  readonly startupSeconds: Count;
  readonly terminationSeconds: number;
  readonly invocation: InvocationSettings;
  readonly gpu: GpuSettings | undefined;
  readonly resources: ResourceSettings;
  readonly runAsUser: Count;
  readonly runAsGroup: Count;
  readonly imagePullSecrets: readonly Text[];
  readonly clientNamespaces: readonly Text[];
  readonly appArmor: boolean;
  /** Whether the pod has user ids of its own; `undefined` leaves it to the cluster, as GPU pods need. */
  readonly ownUserIds: true | undefined;
  /** What stands around the pods. */
  readonly surroundings: SurroundingsSettings;
  /** Controls that the author gave up by name. */
  readonly optOuts: readonly OptOut[];
}

/** Largest user and group id that Kubernetes accepts (validation of PodSecurityContext). */
const MAXIMUM_ID = 2_147_483_647;
const HOUR_IN_SECONDS = 3600;
const DAY_IN_SECONDS = 24 * HOUR_IN_SECONDS;

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelServingArgs, true>> = {
  server: true,
  image: true,
  model: true,
  adapters: true,
  tokenizer: true,
  draftModel: true,
  namespace: true,
  replicas: true,
  port: true,
  healthPath: true,
  livenessPath: true,
  startupSeconds: true,
  terminationSeconds: true,
  command: true,
  args: true,
  env: true,
  gpu: true,
  memory: true,
  cpu: true,
  ephemeralStorage: true,
  runAsUser: true,
  runAsGroup: true,
  imagePullSecrets: true,
  clientNamespaces: true,
  nodesWithoutAppArmor: true,
  hostUserNamespaceUnsafe: true,
  network: true,
  spread: true,
  priorityClassName: true,
  autoscaling: true,
  monitoring: true,
  route: true,
  runtime: true,
  kserveKind: true,
};

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
  unknownArguments('', args, KNOWN_ARGUMENTS, problems);
  const each = (path: string, values: readonly Text[] | undefined, check: Parameters<ArgumentProblems['check']>[2]) =>
    (values ?? []).map((value, index) => problems.check(`${path}[${index}]`, value, check));

  const kind = serverKind(args.server, problems);
  const preset = SERVER_PRESETS[kind];
  const image = problems.check('image', args.image, digestReference);
  const files = servedFiles(name, args, preset, problems);
  const port = problems.check(
    'port',
    args.port ?? preset.port,
    integer('a port from 1 to 65535', 1, 65_535, 'set the port that the server listens on'),
  );
  const terminationSeconds = args.terminationSeconds ?? 120;
  problems.add(
    'terminationSeconds',
    integer('whole seconds from 30 to one hour', 30, HOUR_IN_SECONDS, 'allow for the longest request')(terminationSeconds),
  );
  const gpu = args.gpu && gpuSettings(args.gpu, problems);
  const launch: Launch = {
    modelPath: files.model.servedPath,
    modelName: files.model.name,
    port,
    tensorParallelSize: gpu?.tensorParallelSize ?? 1,
    drainSeconds: terminationSeconds - PRE_STOP_SECONDS - DRAIN_MARGIN_SECONDS,
    adapters: files.adapters.map((adapter) => ({ name: adapter.name, path: adapter.servedPath })),
    tokenizerPath: files.tokenizer?.servedPath,
    draftModelPath: files.draftModel?.servedPath,
  };
  const readinessPath = problems.check('healthPath', args.healthPath ?? preset.readinessPath, absolutePath);
  const settings: ModelServingSettings = {
    preset,
    image,
    files,
    namespace: problems.check('namespace', args.namespace ?? 'ml-serving', namespaceName),
    replicas: replicaSettings(args.replicas ?? 1, files, problems),
    port,
    readinessPath,
    livenessPath:
      args.livenessPath === undefined && args.healthPath !== undefined
        ? readinessPath
        : problems.check('livenessPath', args.livenessPath ?? preset.livenessPath, absolutePath),
    startupSeconds: problems.check(
      'startupSeconds',
      args.startupSeconds ?? 600,
      integer('whole seconds from 10 to one day', 10, DAY_IN_SECONDS, 'allow for the time that loading the model takes'),
    ),
    terminationSeconds,
    invocation: invocation(args, { kind, preset }, launch, problems),
    gpu,
    resources: resourceSettings(args, gpu, preset, files, problems),
    runAsUser: problems.check(
      'runAsUser',
      args.runAsUser ?? preset.user,
      integer('a user id other than 0', 1, MAXIMUM_ID, 'run the server as an ordinary user'),
    ),
    runAsGroup: problems.check(
      'runAsGroup',
      args.runAsGroup ?? preset.group,
      integer('a group id', 0, MAXIMUM_ID, 'set a numeric group id'),
    ),
    imagePullSecrets: each('imagePullSecrets', args.imagePullSecrets, secretName),
    clientNamespaces: each('clientNamespaces', args.clientNamespaces, namespaceName),
    appArmor: args.nodesWithoutAppArmor !== true,
    ownUserIds: gpu === undefined && args.hostUserNamespaceUnsafe !== true ? true : undefined,
    surroundings: surroundingsSettings(args, { name, preset, files, port }, problems),
    optOuts: optOuts(args, gpu, files),
  };
  problems.throwIfAny();
  return settings;
}

function serverKind(server: ModelServer | undefined, problems: ArgumentProblems): ModelServer {
  const complaint = server === undefined ? undefined : choice(Object.values(ModelServer))(server);
  problems.add('server', complaint);
  return complaint === undefined ? (server ?? 'custom') : 'custom';
}
