import { attempt } from '../../support/attack/attempt';
import { RunningGate, runningPod } from '../../support/running/gate';
import { startSupplyChain } from '../../support/supplyChain';
import type { SupplyChain } from '../../support/supplyChain';

let supplyChain: SupplyChain;
let gate: RunningGate;
let signed: string;
let other: string;
let tagged: string;

beforeAll(async () => {
  supplyChain = await startSupplyChain();
  gate = new RunningGate(supplyChain);
  signed = await gate.signed('acme/server');
  other = (await gate.signed('acme/other')).replace(/^.*@/, '');
  tagged = signed.replace(/@.*$/, ':v1');
});
afterAll(() => supplyChain.stop());

const digest = () => signed.replace(/^.*@/, '');
const status = (...ids: readonly unknown[]) => ({ status: { containerStatuses: ids.map((imageID) => ({ name: 'server', imageID })) } });

const UNUSABLE: readonly (readonly [what: string, fields: () => object])[] = [
  ['without a status', () => ({})],
  ['with an id of the configuration', () => status(digest())],
  ['with an id of docker', () => status(`docker://${digest()}`)],
  ['with an empty imageID', () => status('')],
  ['with two statuses that differ', () => status(`a@${digest()}`, `a@${other}`)],
  ['with the status of another container', () => ({ status: { containerStatuses: [{ name: 'x', imageID: `a@${digest()}` }] } })],
];

for (const [what, fields] of UNUSABLE) {
  attempt(`moves a tag to a signed image while another one runs, ${what}`, {
    attacker: 'may push to the registry',
    control: () => gate.answer([runningPod('good', tagged, status(`${tagged.replace(/:v1$/, '')}@${digest()}`))]),
    attack: () => gate.answer([runningPod('bad', tagged, fields())]),
    expected: { outcome: 'undetermined', code: 'running-digest-unknown' },
  });
}

attempt('moves the tag of an image volume', {
  attacker: 'may push to the registry',
  control: () => gate.answer([withVolume(signed)]),
  attack: () => gate.answer([withVolume(tagged)]),
  expected: { outcome: 'undetermined', code: 'running-digest-unknown' },
});

function withVolume(reference: string): object {
  return runningPod('pod', signed, {
    spec: { containers: [{ name: 'server', image: signed }], volumes: [{ name: 'model', image: { reference } }] },
  });
}
