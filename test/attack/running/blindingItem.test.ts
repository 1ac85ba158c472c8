import { attempt } from '../../support/attack/attempt';
import { RunningGate, runningPod } from '../../support/running/gate';
import { startSupplyChain } from '../../support/supplyChain';
import type { SupplyChain } from '../../support/supplyChain';

let supplyChain: SupplyChain;
let gate: RunningGate;
let signed: string;
let unsigned: string;

beforeAll(async () => {
  supplyChain = await startSupplyChain();
  gate = new RunningGate(supplyChain);
  signed = await gate.signed('acme/signed');
  unsigned = gate.unsigned('acme/unsigned');
});
afterAll(() => supplyChain.stop());

const BLINDING: readonly (readonly [what: string, item: () => unknown])[] = [
  ['an image of 5,000 characters', () => runningPod('blind', `ghcr.io/acme/${'x'.repeat(5000)}`)],
  ['an image that is a number', () => runningPod('blind', 7)],
  ['no containers', () => runningPod('blind', 'x', { spec: { containers: [] } })],
  ['no metadata', () => ({ apiVersion: 'v1', kind: 'Pod' })],
  ['nothing', () => null],
  ['a kind of another program', () => ({ apiVersion: 'example.test/v1', kind: 'Thing', metadata: { name: 'x' } })],
  [
    'a report with an unknown word for a result',
    () => ({ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport', metadata: {}, results: [{ policy: 'p', result: 'ok' }] }),
  ],
  ['lists in lists', () => JSON.parse(`${'{"kind":"List","items":['.repeat(50)}null${']}'.repeat(50)}`)],
];

for (const [what, item] of BLINDING) {
  attempt(`blinds the scan of the cluster with ${what}`, {
    attacker: 'may create objects in some namespace',
    control: () => gate.answer([runningPod('good', signed)]),
    attack: () => gate.answer([item(), runningPod('bad', unsigned), item()]),
    expected: { outcome: 'rejected', code: 'unsigned' },
  });
}

attempt('hides an unsigned container behind one that cannot be read', {
  attacker: 'may create pods',
  control: () => gate.answer([runningPod('good', signed)]),
  attack: () =>
    gate.answer([runningPod('bad', undefined, { spec: { containers: [{ name: 'a' }, null, { name: 'b', image: unsigned }] } })]),
  expected: { outcome: 'rejected', code: 'unsigned' },
});

attempt('hides a pod by the name of its owner', {
  attacker: 'may create pods',
  control: () => gate.answer([runningPod('good', signed, owner('worker-1'))]),
  attack: () => gate.answer([runningPod('bad', unsigned, owner('system:node:worker-1'))]),
  expected: { outcome: 'rejected', code: 'unsigned' },
});

attempt('says in the status that a running pod has ended', {
  attacker: 'may write the status of pods',
  control: () => gate.answer([runningPod('good', signed, { status: { phase: 'Running' } })]),
  attack: () =>
    gate.answer([
      runningPod('bad', unsigned, { status: { phase: 'Succeeded', containerStatuses: [{ name: 'server', state: { running: {} } }] } }),
    ]),
  expected: { outcome: 'rejected', code: 'unsigned' },
});

function owner(name: string): { readonly metadata: object } {
  return { metadata: { ownerReferences: [{ kind: 'Node', name, controller: true }] } };
}
