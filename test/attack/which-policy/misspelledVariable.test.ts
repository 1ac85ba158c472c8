import { similarVariables } from '../../../policy-pack/project/packOrigin';
import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { writeStrength } from '../../support/engine/strictAndLax';

describe('a misspelled MODEL_SUPPLY_CHAIN_TRUST_POLICY', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  writeStrength(root, 'lax');
  const preview = (...names: readonly string[]) =>
    previewOfStrangeImage({ cli: root, host: root, similarVariables: similarVariables([...names, 'PATH', 'PULUMI_STACK']) });

  const NAMES = [
    'MODEL_SUPPLY_CHAIN_TRUSTPOLICY',
    'MODEL_SUPPLY_CHAIN_TRUST_POLICY_FILE',
    'model_supply_chain_trust_policy',
    'MODEL_SUPLY_CHAIN_TRUST_POLICY',
    'MODEL_GATE_TRUST_POLICY',
    'MODEL_SUPPLY_CHAIN_POLICY',
  ];
  for (const name of NAMES) {
    attempt(`the variable that names the strict file is called ${name}, and the lax one in the project decides`, {
      attacker: 'opens a pull request, or waits for a mistake in the pipeline',
      control: () => preview('MODEL_SUPPLY_CHAIN', 'TRUST_POLICY', 'MODEL_GATE_TOKEN_REALMS', 'MODEL_SUPPLY_CHAIN_NODE'),
      attack: () => preview(name),
      expected: { outcome: 'undetermined', code: 'pack-setting-invalid' },
    });
  }
});
