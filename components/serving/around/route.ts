import type * as pulumi from '@pulumi/pulumi';

import { integer, namespaceName, secretName, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Check } from '../../arguments/argumentProblems';
import { mapInput } from '../../arguments/mapInput';
import { unknownArguments } from '../../arguments/unknownArguments';
import type { ModelRouteArgs } from './args/route';
import type { CustomObject } from './customObject';
import { metadataOf } from './identity';
import type { ServingIdentity } from './identity';
import { hostName, labelName, labelValue } from './networkChecks';
import type { PodPeer } from './network';
import type { IngressOpening } from './networkPolicy';

/** How a gateway reaches the server, with every default filled in and every value judged. */
export interface RouteSettings {
  readonly gateway: pulumi.Input<string>;
  readonly gatewayNamespace: pulumi.Input<string> | undefined;
  readonly listener: pulumi.Input<string> | undefined;
  readonly dataPlane: PodPeer;
  readonly hostnames: readonly pulumi.Input<string>[];
  readonly paths: readonly pulumi.Input<string>[];
  readonly timeoutSeconds: pulumi.Input<number> | undefined;
}

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelRouteArgs, true>> = {
  gateway: true,
  gatewayNamespace: true,
  listener: true,
  dataPlaneNamespace: true,
  dataPlanePodLabels: true,
  hostnames: true,
  paths: true,
  timeoutSeconds: true,
};

/** What the Gateway API accepts as a path: without steps that a proxy and a server may read differently. */
const ROUTE_PATH = /^(?=\/)(?!.*(?:\/\/|\/\.{1,2}(?:\/|$)|%2[fF]|#))[\x21-\x7e]*$/;

const routePath: Check = (value) =>
  typeof value === 'string' && value.length <= 1024 && ROUTE_PATH.test(value)
    ? undefined
    : { expected: 'a path that begins with /, without "//", ".", ".." and "%2F"', found: shown(value), fix: 'write it like "/v1"' };

/**
 * Fills in the defaults of `args`, found at `route`, and judges every value.
 *
 * @param publicPaths what of the server is meant for callers
 */
export function routeSettings(args: ModelRouteArgs, publicPaths: readonly string[], problems: ArgumentProblems): RouteSettings {
  unknownArguments('route', args, KNOWN_ARGUMENTS, problems);
  const optional = <T extends string | number>(
    name: keyof ModelRouteArgs,
    value: pulumi.Input<T> | undefined,
    check: Parameters<ArgumentProblems['check']>[2],
  ): pulumi.Input<T> | undefined => (value === undefined ? undefined : problems.check(`route.${name}`, value, check));

  if (args.hostnames.length === 0) {
    problems.add('route.hostnames', {
      expected: 'at least one host',
      found: 'an empty list',
      fix: 'name the host: a route without one takes every host of the listener',
    });
  }
  if (args.paths?.length === 0) {
    problems.add('route.paths', { expected: 'at least one path', found: 'an empty list', fix: 'name what callers need, or remove it' });
  }
  const podLabels = args.dataPlanePodLabels ?? {};
  for (const label of Object.keys(podLabels)) {
    problems.add('route.dataPlanePodLabels', labelName(label));
  }
  const gatewayNamespace = optional('gatewayNamespace', args.gatewayNamespace, namespaceName);
  return {
    gateway: problems.check('route.gateway', args.gateway, secretName),
    gatewayNamespace,
    listener: optional('listener', args.listener, secretName),
    dataPlane: {
      namespace: optional('dataPlaneNamespace', args.dataPlaneNamespace, namespaceName) ?? gatewayNamespace,
      podLabels: Object.fromEntries(
        Object.entries(podLabels).map(([label, value]) => [
          label,
          problems.check(`route.dataPlanePodLabels["${label}"]`, value, labelValue),
        ]),
      ),
    },
    hostnames: args.hostnames.map((host, index) => problems.check(`route.hostnames[${index}]`, host, hostName)),
    paths: (args.paths ?? publicPaths).map((path, index) => problems.check(`route.paths[${index}]`, path, routePath)),
    timeoutSeconds: optional(
      'timeoutSeconds',
      args.timeoutSeconds,
      integer('whole seconds from 1 to one day', 1, 86_400, 'set the longest time an answer may take'),
    ),
  };
}

/** https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/#httproute */
export function httpRoute(identity: ServingIdentity, settings: RouteSettings): CustomObject {
  const { gateway, gatewayNamespace, listener, hostnames, paths, timeoutSeconds } = settings;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadataOf(identity),
    spec: {
      parentRefs: [
        {
          name: gateway,
          ...(gatewayNamespace !== undefined && { namespace: gatewayNamespace }),
          ...(listener !== undefined && { sectionName: listener }),
        },
      ],
      hostnames,
      rules: [
        {
          matches: paths.map((value) => ({ path: { type: 'PathPrefix', value } })),
          backendRefs: [{ name: identity.name, port: identity.port }],
          ...(timeoutSeconds !== undefined && { timeouts: { request: mapInput(timeoutSeconds, (seconds) => `${seconds}s`) } }),
        },
      ],
    },
  };
}

/** What the network policy opens for it. */
export const routeOpening = ({ portName }: ServingIdentity, { dataPlane }: RouteSettings): IngressOpening => ({
  from: [dataPlane],
  port: portName,
});
