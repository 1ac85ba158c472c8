import {
  assessControls,
  assessPodSecurity,
  assessServerOptions,
  describeShortcoming,
  Field,
  optOutAnnotation,
  Pod,
} from '../../../hardening';
import { goodModelPod } from '../../support/hardening/modelPods';
import { faultsOf, HOSTILE_TEXTS, SECRET_TEXTS } from '../../support/printing/hostileText';

/** A pod whose every text is the given one, with a key of this name in every object. */
function poisoned(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, text)])), [text]: text };
}

describe.each([...HOSTILE_TEXTS, ...SECRET_TEXTS])('%s in a pod', (_what, text) => {
  it('is not live in what is said about the pod', () => {
    const { spec } = goodModelPod(1);
    const sysctls = [{ name: text, value: text }];
    const volumes = [
      { name: text, hostPath: { path: text } },
      { name: text, [text]: {} },
    ];
    const hostile = { ...(poisoned({ ...spec, securityContext: { sysctls, seLinuxOptions: { type: text } } }, text) as object), volumes };
    const annotations = { [optOutAnnotation('privileged')]: text, [optOutAnnotation('read-only-root')]: text };
    const pod = new Pod({
      spec: new Field('spec', hostile),
      metadata: new Field('metadata', { annotations, labels: { [text]: text } }),
      others: [],
    });
    const shortcomings = [...assessPodSecurity({ pod }, 'restricted', '1.36'), ...assessControls({ pod }), ...assessServerOptions({ pod })];
    expect(shortcomings.length).toBeGreaterThan(3);
    const faults = shortcomings.map(describeShortcoming).flatMap((said) => faultsOf(said).map((fault) => ({ fault, said })));
    expect(faults).toEqual([]);
  });
});
