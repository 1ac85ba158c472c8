import type * as pulumi from '@pulumi/pulumi';

import { choice, secretName } from '../../arguments/argumentChecks';
import type { ArgumentProblems } from '../../arguments/argumentProblems';
import type { ModelServingArgs } from '../args';
import { checkKserve } from '../kserve/checks';
import { KserveKind, ServingRuntime } from '../kserve/args';
import type { ServerPreset } from '../presets/types';
import { singleNodeMount } from '../settings/replicas';
import type { ServedFilesSettings } from '../settings/servedFiles';
import { SpreadMode } from './args/availability';
import { autoscalingSettings } from './autoscaling';
import type { AutoscalingSettings } from './autoscaling';
import { monitoringSettings } from './monitoring';
import type { MonitoringSettings } from './monitoring';
import { networkSettings } from './network';
import type { NetworkSettings } from './network';
import { routeSettings } from './route';
import type { RouteSettings } from './route';

/** What stands around the pods, with every default filled in and every value judged. */
export interface SurroundingsSettings {
  readonly network: NetworkSettings;
  readonly spread: SpreadMode;
  readonly priorityClassName: pulumi.Input<string> | undefined;
  /** `undefined` when the number of pods is fixed. */
  readonly autoscaling: AutoscalingSettings | undefined;
  readonly monitoring: MonitoringSettings | undefined;
  readonly route: RouteSettings | undefined;
  /** `undefined` runs the pods in a Deployment of our own. */
  readonly kserve: KserveKind | undefined;
}

/** Name of the port on which the server answers. */
export const SERVER_PORT_NAME = 'http';

/** The inference interfaces of servers; everything else that they answer on is for operators. */
const OPENAI_PATHS = ['/v1'];
const TRITON_PATHS = ['/v2/models'];

/** What is settled about the server before its surroundings are. */
interface Server {
  readonly name: string;
  readonly preset: ServerPreset;
  readonly files: ServedFilesSettings;
  readonly port: pulumi.Input<number>;
}

/** Fills in the defaults of everything around the pods, and judges it, alone and beside the server. */
export function surroundingsSettings(args: ModelServingArgs, server: Server, problems: ArgumentProblems): SurroundingsSettings {
  const metricsPort = server.preset.furtherPorts.find(({ name }) => name === 'metrics')?.name ?? SERVER_PORT_NAME;
  problems.add('spread', args.spread === undefined ? undefined : choice(Object.values(SpreadMode))(args.spread));
  const monitoring = args.monitoring && monitoringSettings(args.monitoring, metricsPort, problems);
  if (monitoring?.kind === 'serviceMonitor' && monitoring.port !== SERVER_PORT_NAME) {
    problems.add('monitoring.kind', {
      expected: `"podMonitor": the Service offers no port "${monitoring.port}"`,
      found: '"serviceMonitor"',
      fix: 'remove it',
    });
  }
  return {
    network: networkSettings(args.network ?? {}, problems),
    spread: args.spread ?? SpreadMode.Preferred,
    priorityClassName:
      args.priorityClassName === undefined ? undefined : problems.check('priorityClassName', args.priorityClassName, secretName),
    autoscaling: args.autoscaling && scaled(args, args.autoscaling, server.files, problems),
    monitoring,
    route: args.route && routeSettings(args.route, args.server === 'triton' ? TRITON_PATHS : OPENAI_PATHS, problems),
    kserve: kserveKind(args, server, problems),
  };
}

function scaled(
  args: ModelServingArgs,
  autoscaling: NonNullable<ModelServingArgs['autoscaling']>,
  files: ServedFilesSettings,
  problems: ArgumentProblems,
): AutoscalingSettings {
  if (args.replicas !== undefined) {
    problems.add('replicas', {
      expected: 'nothing beside autoscaling, which decides about the number of pods',
      found: 'a value',
      fix: 'remove it, and set autoscaling.minReplicas and autoscaling.maxReplicas',
    });
  }
  const single = singleNodeMount(files);
  if (single !== undefined) {
    problems.add('autoscaling', {
      expected: `one pod: only one node can mount the claim of ${single.argument} (ReadWriteOnce)`,
      found: 'autoscaling',
      fix: `use a claim that many nodes may read and set ${single.argument}.claimAccessMode to "ReadOnlyMany"; or an image volume`,
    });
  }
  return autoscalingSettings(autoscaling, problems);
}

function kserveKind(args: ModelServingArgs, server: Server, problems: ArgumentProblems): KserveKind | undefined {
  const { runtime = ServingRuntime.Deployment, kserveKind: kind = KserveKind.InferenceService } = args;
  problems.add('runtime', choice(Object.values(ServingRuntime))(runtime));
  problems.add('kserveKind', choice(Object.values(KserveKind))(kind));
  if (runtime !== ServingRuntime.Kserve) {
    if (args.kserveKind !== undefined) {
      problems.add('kserveKind', {
        expected: 'nothing, as runtime is not "kserve"',
        found: 'a value',
        fix: 'set runtime to "kserve", or remove it',
      });
    }
    return undefined;
  }
  checkKserve(kind, { name: server.name, server: args.server ?? 'custom', port: server.port, env: Object.keys(args.env ?? {}) }, problems);
  return kind;
}
