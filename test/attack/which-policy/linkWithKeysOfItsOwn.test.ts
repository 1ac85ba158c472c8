import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { PolicyWorld, previewOfStrangeImage } from '../../support/engine/policyWorld';
import { trustPolicyObject } from '../../support/engine/strictAndLax';

describe('a link to the reviewed file', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const root = world.project('work/infra');
  const run = { pwd: root, cli: root, host: root };
  const policy = { ...trustPolicyObject('lax'), trustRoots: [{ name: 'ours', file: { path: 'root.json' } }] };
  writeFileSync(world.at('work', 'trust-policy.yaml'), JSON.stringify(policy));
  writeFileSync(world.at('work', 'root.json'), '{"of": "acme"}');

  attempt('a link has the text of the reviewed file and other trust roots around it', {
    attacker: 'opens a pull request',
    control: () => previewOfStrangeImage(run),
    attack: () => {
      symlinkSync('../trust-policy.yaml', path.join(root, 'trust-policy.yaml'));
      writeFileSync(path.join(root, 'root.json'), '{"of": "mallory"}');
      return previewOfStrangeImage(run);
    },
    expected: { outcome: 'advised', code: 'trust-policy-unused' },
  });
});
