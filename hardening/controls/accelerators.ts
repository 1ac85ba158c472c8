import type { Field } from '../pod/field';
import { shown } from '../pod/field';
import { observe, undecidable, violation } from '../pod-security/observe';
import type { Observation } from '../pod-security/types';
import { optOutAnnotation } from '../optOut';
import { isAccelerator } from './modelPod';
import type { ModelPod } from './modelPod';
import { quantity } from './quantity';
import type { Control } from './types';

/** How device plugins rename what several pods share. https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus */
export const SHARED_SUFFIX = '.shared';

const OWN_ACCELERATOR = 'own-accelerator';

export const ACCELERATORS: readonly Control[] = [
  {
    id: 'accelerator-request',
    title: 'accelerators as whole numbers in limits',
    severity: 'block',
    reason: 'accelerators are given out whole and by limit; the API server refuses the rest, or the pod waits forever',
    fix: 'write a whole number in resources.limits, and the same or nothing in requests; for parts of a GPU use a MIG resource',
    look: ({ pod }) => [
      ...pod.containers.flatMap(({ field }) => wellAsked(field)),
      ...pod.containers.flatMap(({ field }) => claimed(field, pod.spec)),
    ],
  },
  {
    id: OWN_ACCELERATOR,
    title: 'accelerators that no other pod uses',
    severity: 'advise',
    reason: 'pods that share an accelerator by time slicing or MPS have no limits between them: a neighbour can take all of its memory',
    fix: 'ask for whole accelerators, or for a MIG partition, which has memory of its own',
    look: sharesAccelerators,
  },
  {
    id: 'requests-equal-limits',
    title: 'requests equal limits on accelerators',
    severity: 'advise',
    reason: 'a pod that gets what it may use is the last to be evicted, and loading a model again takes minutes',
    fix: 'write the same amounts of cpu and memory in requests and limits',
    look: (model) =>
      model.hasAccelerator
        ? model.servers.flatMap(({ field }) => ['cpu', 'memory'].flatMap((resource) => isGuaranteed(field, resource)))
        : [],
  },
  {
    id: 'accelerator-toleration',
    title: 'a toleration for accelerator nodes, and for nothing else',
    severity: 'advise',
    reason:
      'nodes with accelerators are tainted so that nothing else fills them; a toleration without a key also leads to the control plane',
    fix: 'tolerate { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }, or the taint of your nodes',
    look: tolerates,
  },
];

function wellAsked(container: Field): readonly Observation[] {
  const [limits, requests] = [container.at('resources', 'limits'), container.at('resources', 'requests')];
  const whole = 'a whole number';
  const names = new Set([...limits.entries(), ...requests.entries()].map(([name]) => name).filter(isAccelerator));
  return [...names].flatMap((name) => {
    const [limit, request] = [limits.at(name), requests.at(name)];
    const unknown = limit.unknownAt ?? request.unknownAt;
    if (unknown !== undefined) return [undecidable(unknown, whole)];
    const amount = quantity(limit.value);
    if (amount === undefined || !Number.isInteger(amount)) return [violation(limit, `${whole} in limits`)];
    return request.isAbsent || quantity(request.value) === amount ? [] : [violation(request, `the same as in limits (${shown(limit)})`)];
  });
}

/** A device plugin that shares without renaming shows in no field: there, who gives the control up is believed. */
function sharesAccelerators({ acceleratorRequests, pod }: ModelPod): readonly Observation[] {
  const expected = 'accelerators that are not shared';
  const renamed = acceleratorRequests.filter(({ path }) => path.endsWith(SHARED_SUFFIX));
  if (renamed.length > 0) return renamed.map((amount) => violation(amount, expected, 'a resource that several pods share'));
  const givenUp = pod.metadata.at('annotations', optOutAnnotation(OWN_ACCELERATOR));
  return givenUp.text === undefined ? [] : [violation(givenUp, expected, 'some that are, as the annotation says')];
}

/** A claim of a container has to name a claim of its pod. */
function claimed(container: Field, spec: Field): readonly Observation[] {
  const claims = spec.at('resourceClaims');
  const names = claims.items().map((claim) => claim.at('name').text);
  return container
    .at('resources', 'claims')
    .items()
    .flatMap((claim) =>
      claims.isUnknown ? [] : observe(claim.at('name'), 'a claim of spec.resourceClaims', (value) => names.includes(value as string)),
    );
}

function isGuaranteed(container: Field, resource: string): readonly Observation[] {
  const [limit, request] = [container.at('resources', 'limits', resource), container.at('resources', 'requests', resource)];
  const expected = `the same as in limits (${shown(limit)})`;
  const unknown = limit.unknownAt ?? request.unknownAt;
  // Two values that are not known may well be one and the same output.
  if (unknown !== undefined) return limit.isUnknown === request.isUnknown ? [] : [undecidable(unknown, expected)];
  // Requests that are left out become the limits.
  if (request.isAbsent && !limit.isAbsent) return [];
  return quantity(request.value) === quantity(limit.value) && !limit.isAbsent ? [] : [violation(request, expected)];
}

function tolerates(model: ModelPod): readonly Observation[] {
  if (!model.hasAccelerator) return [];
  const list = model.pod.spec.at('tolerations');
  const tolerations = list.items();
  const expected = 'a toleration that names the taint of the nodes';
  if (tolerations.length === 0) return [violation(list, expected, 'none')];
  return tolerations.flatMap((toleration) => observe(toleration.at('key'), expected, (value) => typeof value === 'string' && value !== ''));
}
