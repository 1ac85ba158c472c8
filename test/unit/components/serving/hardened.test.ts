import type { ModelServingArgs } from '../../../../components';
import {
  assessControls,
  assessPodSecurity,
  assessServerOptions,
  CONTROLS,
  Field,
  optOutAnnotation,
  Pod,
  POD_SECURITY_VERSIONS,
} from '../../../../hardening';
import type { AssessedPod } from '../../../../hardening';
import { annotationsOf, COMBINATIONS, MODEL, OTHER, render } from './rendered';

/** The pod template as the policy pack sees it. */
function assessed(args: Partial<ModelServingArgs>): AssessedPod {
  const { spec } = render(args).deployment;
  const { metadata, spec: pod } = spec.template;
  return {
    pod: new Pod({ metadata: new Field('metadata', metadata), spec: new Field('spec', pod) }),
    replicas: new Field('replicas', spec.replicas),
  };
}

describe('what the policy pack says about pods of ModelServing', () => {
  it.each(COMBINATIONS)('$title: nothing', ({ args }) => {
    const pod = assessed(args);
    expect(POD_SECURITY_VERSIONS.flatMap((version) => assessPodSecurity(pod, 'restricted', version))).toEqual([]);
    expect(assessControls(pod)).toEqual([]);
    expect(assessServerOptions(pod)).toEqual([]);
  });

  it('nothing about adapters, tokenizer and draft model either', () => {
    const files = { adapters: [{ name: 'legal', reference: OTHER }], tokenizer: { reference: OTHER }, draftModel: { reference: OTHER } };
    expect(assessControls(assessed({ server: 'vllm', ...files }))).toEqual([]);
  });

  it.each<[string, Partial<ModelServingArgs>]>([
    ['read-only-root', { gpu: { count: 1, writableRootForCdiUnsafe: true } }],
    ['app-armor-profile', { nodesWithoutAppArmor: true }],
    ['user-namespace', { hostUserNamespaceUnsafe: true }],
    ['verified-weights', { model: { kind: 'persistentVolumeClaim', claimName: 'weights', unverifiedUnsafe: 'signed from March on' } }],
  ])('%s given up: that, with the reason that is on the pods', (id, args) => {
    const optOut = annotationsOf(args)[optOutAnnotation(id)];
    expect(optOut).toBeTruthy();
    expect(assessControls(assessed(args))).toEqual([expect.objectContaining({ id, optOut })]);
  });

  it('every control that can be given up is one that the pack knows', () => {
    const args: Partial<ModelServingArgs> = {
      model: { kind: 'initContainerCopy', reference: MODEL, copyCommand: ['fetch'], unverifiedUnsafe: 'a test' },
      gpu: { count: 1, resourceName: 'nvidia.com/gpu.shared', sharedWithOtherPodsUnsafe: true, writableRootForCdiUnsafe: true },
      nodesWithoutAppArmor: true,
    };
    const known = new Set(CONTROLS.map(({ id }) => optOutAnnotation(id)));
    const given = Object.keys(annotationsOf(args)).filter((key) => key.includes('opt-out'));
    expect(given).toHaveLength(4);
    expect(given.filter((key) => !known.has(key))).toEqual([]);
  });
});
