import * as hardening from '../../../hardening';
import { surroundingViolations } from '../../../policy-pack/surroundings';
import { goodModelPod } from '../../support/hardening/modelPods';
import { engineProps, UNKNOWN } from '../image-sources/engineProps';

/** What the stack policy says about a Deployment with two replicas among other resources. */
function advice(others: readonly (readonly [type: string, props: object])[], change: object = {}): readonly string[] {
  const deployment = { metadata: { namespace: 'ml' }, spec: { replicas: 2, template: goodModelPod() }, ...change };
  const resources = [['kubernetes:apps/v1:Deployment', deployment] as const, ...others];
  const found = surroundingViolations(
    resources.map(([type, props], index) => ({ type, urn: `urn:${index}`, props: engineProps(props) })),
    hardening,
  );
  expect(found.every(({ urn, violation }) => urn === 'urn:0' && violation.level === 'advisory')).toBe(true);
  return found.flatMap(({ violation }) =>
    [...violation.message.matchAll(/\[([\w-]+)\] \S+: expected a \w+(?: for (\w+))?/g)].map(([, id, direction]) =>
      [id, direction].filter(Boolean).join(' '),
    ),
  );
}

const policy = (spec: object, namespace: unknown = 'ml') =>
  ['kubernetes:networking.k8s.io/v1:NetworkPolicy', { metadata: { namespace }, spec: { podSelector: {}, ...spec } }] as const;
const budget = (selector: object) =>
  ['kubernetes:policy/v1:PodDisruptionBudget', { metadata: { namespace: 'ml' }, spec: { selector } }] as const;
const BOTH = { policyTypes: ['Ingress', 'Egress'] };
const ALL = ['network-policy Ingress', 'network-policy Egress', 'disruption-budget'];

describe('when nothing stands around a server', () => {
  it('tells what is missing, at the labels that a selector would need', () => {
    expect(advice([])).toEqual(ALL);
  });

  it('asks for no disruption budget of a single replica', () => {
    expect(advice([], { spec: { replicas: 1, template: goodModelPod() } })).toEqual(ALL.slice(0, 2));
  });

  it('says nothing about pods without models', () => {
    expect(advice([], { spec: { replicas: 2, template: { spec: { containers: [{ image: 'nginx' }] } } } })).toEqual([]);
  });
});

describe('when something stands around it', () => {
  it.each<[string, readonly (readonly [string, object])[], readonly string[]]>([
    ['a policy for both directions and a budget', [policy(BOTH), budget({ matchLabels: { app: 'server' } })], []],
    [
      'two policies, one for each direction',
      [policy({ policyTypes: ['Ingress'] }), policy({ policyTypes: ['Egress'] })],
      ['disruption-budget'],
    ],
    ['a policy that says nothing of directions', [policy({})], ['network-policy Egress', 'disruption-budget']],
    ['one that does, by a rule', [policy({ egress: [] })], ['disruption-budget']],
    ['a policy of other pods', [policy({ ...BOTH, podSelector: { matchLabels: { app: 'other' } } })], ALL],
    ['a policy of another namespace', [policy(BOTH, 'other')], ALL],
    [
      'a policy whose selector is not known yet',
      [policy({ ...BOTH, podSelector: { matchLabels: { app: UNKNOWN } } })],
      ['disruption-budget'],
    ],
    ['a policy whose namespace is not known yet', [policy(BOTH, UNKNOWN)], ['disruption-budget']],
    [
      'expressions that hold',
      [
        policy({
          ...BOTH,
          podSelector: {
            matchExpressions: [
              { key: 'app', operator: 'In', values: ['server', 'x'] },
              { key: 'app', operator: 'NotIn', values: ['other'] },
              { key: 'app', operator: 'Exists' },
              { key: 'tier', operator: 'DoesNotExist' },
            ],
          },
        }),
      ],
      ['disruption-budget'],
    ],
    ...[
      { key: 'app', operator: 'In', values: ['other'] },
      { key: 'app', operator: 'NotIn', values: ['server'] },
      { key: 'tier', operator: 'Exists' },
      { key: 'app', operator: 'DoesNotExist' },
    ].map((expression): [string, readonly (readonly [string, object])[], readonly string[]] => [
      `an expression that does not hold: ${expression.operator}`,
      [policy({ ...BOTH, podSelector: { matchExpressions: [expression] } })],
      ALL,
    ]),
  ])('%s', (_case, others, expected) => {
    expect(advice(others)).toEqual(expected);
  });
});
