import type * as pulumi from '@pulumi/pulumi';

import { SHARED_SUFFIX } from '../../../hardening';
import { choice, extendedResourceName, integer, labelName, labelValue, plainText, shown } from '../../arguments/argumentChecks';
import type { ArgumentProblems, Complaint } from '../../arguments/argumentProblems';
import { unknownArguments } from '../../arguments/unknownArguments';
import { GpuMode } from '../args/gpu';
import type { ModelGpuArgs } from '../args/gpu';
import { vendorOf } from '../gpuVendors';

/** How the pod gets its accelerators. */
export type GpuRequest =
  | { readonly mode: 'devicePlugin'; readonly resourceName: string }
  | { readonly mode: 'dra'; readonly deviceClassName: string; readonly selectors: readonly pulumi.Input<string>[] };

/** Accelerators of each replica. */
export interface GpuSettings {
  readonly count: pulumi.Input<number>;
  readonly request: GpuRequest;
  /** Taint of the nodes, which the pod tolerates. */
  readonly taint: string;
  /** Models of accelerators to run on, and the node label that tells them. */
  readonly products: { readonly label: string; readonly values: readonly pulumi.Input<string>[] } | undefined;
  readonly tensorParallelSize: number;
  readonly supplementalGroups: readonly pulumi.Input<number>[];
  readonly writableRootForCdiUnsafe: boolean;
  readonly sharedWithOtherPodsUnsafe: boolean;
}

const MAXIMUM_GPUS = 64;
const MAXIMUM_ID = 2_147_483_647;

/** `1g.10gb`, `1g.10gb+me`, `1g.10gb.me`: slices and memory of a partition. https://docs.nvidia.com/datacenter/tesla/mig-user-guide/ */
const MIG_PROFILE = /^\d+g\.\d+gb(?:[.+]me(?:\.all)?)?$/;

const KNOWN_ARGUMENTS: Readonly<Record<keyof ModelGpuArgs, true>> = {
  count: true,
  mode: true,
  resourceName: true,
  migProfile: true,
  deviceClassName: true,
  deviceSelectors: true,
  products: true,
  productLabel: true,
  tensorParallelSize: true,
  sharedMemory: true,
  supplementalGroups: true,
  sharedWithOtherPodsUnsafe: true,
  writableRootForCdiUnsafe: true,
};

/** No GPUs, said plainly, is a server on CPUs; a computed zero only shows when the shape of the pod is settled. */
export function gpuSettings(gpu: ModelGpuArgs, problems: ArgumentProblems): GpuSettings | undefined {
  unknownArguments('gpu', gpu, KNOWN_ARGUMENTS, problems);
  const tensorParallelSize = gpu.tensorParallelSize ?? 1;
  const whole = problems.check(
    'gpu.count',
    gpu.count,
    integer(`a whole number from 0 to ${MAXIMUM_GPUS}`, 0, MAXIMUM_GPUS, 'GPUs are given out whole; for a part of one set gpu.migProfile'),
  );
  problems.add(
    'gpu.tensorParallelSize',
    integer('a whole number from 1 to gpu.count', 1, MAXIMUM_GPUS, 'set gpu.count at least as high')(tensorParallelSize),
  );

  const count =
    tensorParallelSize > 1 ? problems.checkBeside('gpu.tensorParallelSize', whole, tensorParallelSize, parallelWithinPod) : whole;

  const request = gpuRequest(gpu, problems);
  const vendor = vendorOf(request.mode === 'devicePlugin' ? request.resourceName : request.deviceClassName);
  const settings: GpuSettings = {
    count,
    request,
    taint: vendor.taint,
    products: products(gpu, vendor.productLabel, problems),
    tensorParallelSize,
    supplementalGroups: (gpu.supplementalGroups ?? []).map((group, index) =>
      problems.check(
        `gpu.supplementalGroups[${index}]`,
        group,
        integer('a group id other than 0', 1, MAXIMUM_ID, 'set a numeric group id'),
      ),
    ),
    writableRootForCdiUnsafe: gpu.writableRootForCdiUnsafe ?? false,
    sharedWithOtherPodsUnsafe: gpu.sharedWithOtherPodsUnsafe ?? false,
  };
  return settings.count === 0 ? undefined : settings;
}

function parallelWithinPod(count: number, size: number): Complaint | undefined {
  return size <= count || count === 0
    ? undefined
    : {
        expected: `at most gpu.count (${count})`,
        found: shown(size),
        fix: 'raise gpu.count: one copy of the model is split inside one pod',
      };
}

function products(gpu: ModelGpuArgs, vendorLabel: string | undefined, problems: ArgumentProblems): GpuSettings['products'] {
  const values = (gpu.products ?? []).map((product, index) => problems.check(`gpu.products[${index}]`, product, labelValue));
  const label = gpu.productLabel ?? vendorLabel;
  if (values.length === 0) {
    return undefined;
  }
  if (label === undefined) {
    problems.add('gpu.productLabel', {
      expected: 'the node label that tells the model',
      found: 'nothing',
      fix: 'look at `kubectl get nodes --show-labels`',
    });
    return undefined;
  }
  problems.add('gpu.productLabel', labelName(label));
  return { label, values };
}

function gpuRequest(gpu: ModelGpuArgs, problems: ArgumentProblems): GpuRequest {
  const mode = gpu.mode ?? 'devicePlugin';
  problems.add('gpu.mode', choice(Object.values(GpuMode))(mode));
  if (gpu.migProfile !== undefined && !MIG_PROFILE.test(gpu.migProfile)) {
    problems.add('gpu.migProfile', {
      expected: 'a MIG profile',
      found: shown(gpu.migProfile),
      fix: 'write it as `nvidia-smi mig -lgip` lists it, in lower case ("1g.10gb")',
    });
  }
  return mode === 'dra' ? draRequest(gpu, problems) : devicePluginRequest(gpu, problems);
}

function devicePluginRequest(gpu: ModelGpuArgs, problems: ArgumentProblems): GpuRequest {
  for (const argument of ['deviceClassName', 'deviceSelectors'] as const) {
    if (gpu[argument] !== undefined) {
      problems.add(`gpu.${argument}`, {
        expected: 'nothing without a claim',
        found: shown(gpu[argument]),
        fix: 'set gpu.mode to "dra", or remove it',
      });
    }
  }
  if (gpu.migProfile !== undefined && gpu.resourceName !== undefined) {
    problems.add('gpu.resourceName', {
      expected: 'nothing beside gpu.migProfile, which names the resource',
      found: shown(gpu.resourceName),
      fix: 'remove one of the two',
    });
  }
  const resourceName =
    gpu.resourceName ?? (gpu.migProfile === undefined ? 'nvidia.com/gpu' : `nvidia.com/mig-${gpu.migProfile.replace('+', '.')}`);
  problems.add('gpu.resourceName', extendedResourceName(resourceName));
  if (resourceName.endsWith(SHARED_SUFFIX) && gpu.sharedWithOtherPodsUnsafe !== true) {
    problems.add('gpu.resourceName', {
      expected: 'accelerators of its own',
      found: `${shown(resourceName)}, which several pods share without limits between them`,
      fix: 'use whole ones or a migProfile, or accept it with gpu.sharedWithOtherPodsUnsafe',
    });
  }
  return { mode: 'devicePlugin', resourceName };
}

function draRequest(gpu: ModelGpuArgs, problems: ArgumentProblems): GpuRequest {
  if (gpu.resourceName !== undefined) {
    problems.add('gpu.resourceName', {
      expected: 'nothing with a claim',
      found: shown(gpu.resourceName),
      fix: 'set gpu.deviceClassName instead',
    });
  }
  const mig = gpu.migProfile;
  return {
    mode: 'dra',
    deviceClassName: gpu.deviceClassName ?? (mig === undefined ? 'gpu.nvidia.com' : 'mig.nvidia.com'),
    selectors: [
      ...(mig === undefined ? [] : [`device.attributes["gpu.nvidia.com"].profile == ${JSON.stringify(mig)}`]),
      ...(gpu.deviceSelectors ?? []).map((selector, index) => problems.check(`gpu.deviceSelectors[${index}]`, selector, plainText)),
    ],
  };
}
