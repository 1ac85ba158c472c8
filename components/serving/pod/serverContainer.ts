import type * as k8s from '@pulumi/kubernetes';

import { mapInput } from '../../arguments/mapInput';
import { CACHE_PATH, SHARED_MEMORY_PATH, TMP_PATH } from '../checks';
import { PRE_STOP_SECONDS } from '../drain';
import type { ModelServingSettings } from '../settings';
import { allMounts } from '../settings/servedFiles';
import { environment } from './environment';
import { CACHE_VOLUME, GPU_CLAIM, SHARED_MEMORY_VOLUME, TMP_VOLUME } from './names';
import { containerSecurityContext } from './securityContext';
import { readOnlyMount } from './volumes';

type Container = k8s.types.input.core.v1.Container;

const STARTUP_PERIOD_SECONDS = 10;

/** The model server. */
export function serverContainer(settings: ModelServingSettings): Container {
  const { command, args } = settings.invocation;
  return {
    name: 'inference',
    image: settings.image,
    imagePullPolicy: 'IfNotPresent',
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    env: environment(settings),
    ports: [
      { name: 'http', containerPort: settings.port, protocol: 'TCP' },
      ...settings.preset.furtherPorts.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    ],
    securityContext: containerSecurityContext({ readOnlyRoot: settings.gpu?.writableRootForCdiUnsafe !== true }),
    resources: resources(settings),
    ...probes(settings),
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
    volumeMounts: [
      ...allMounts(settings.files).map(readOnlyMount),
      { name: TMP_VOLUME, mountPath: TMP_PATH },
      { name: CACHE_VOLUME, mountPath: CACHE_PATH },
      ...settings.preset.writableDirectories.map(({ name, path }) => ({ name, mountPath: path })),
      ...(settings.resources.sharedMemory === undefined ? [] : [{ name: SHARED_MEMORY_VOLUME, mountPath: SHARED_MEMORY_PATH }]),
    ],
  };
}

/** Requests equal limits: GPUs demand it, and a pod that gets what it may use (QoS class Guaranteed) is the last to be evicted. */
function resources({ resources: { cpu, memory, ephemeralStorage }, gpu }: ModelServingSettings): Container['resources'] {
  const amounts = {
    cpu,
    memory,
    'ephemeral-storage': ephemeralStorage,
    ...(gpu?.request.mode === 'devicePlugin' && { [gpu.request.resourceName]: mapInput(gpu.count, String) }),
  };
  return { requests: amounts, limits: amounts, ...(gpu?.request.mode === 'dra' && { claims: [{ name: GPU_CLAIM }] }) };
}

/** No `host` in any probe: Pod Security "baseline" forbids it since 1.34, because it makes the kubelet call other machines. */
function probes(settings: ModelServingSettings): Pick<Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const ready = { path: settings.readinessPath, port: 'http' };
  const alive = { path: settings.livenessPath, port: 'http' };
  const failureThreshold = mapInput(settings.startupSeconds, (seconds) => Math.ceil(seconds / STARTUP_PERIOD_SECONDS));
  return {
    startupProbe: { httpGet: ready, periodSeconds: STARTUP_PERIOD_SECONDS, failureThreshold },
    readinessProbe: { httpGet: ready, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet: alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
