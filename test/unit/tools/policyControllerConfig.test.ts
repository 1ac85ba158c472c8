import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasPolicyControllerConfig, providePolicyControllerConfig } from '../../../tools/toolchain/policyControllerConfig';
import { FakeMachine } from './fakeCommands';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

describe('when the manifests of policy-controller are taken out of its module', () => {
  it('keeps every object, in the order of the files, and nothing else', async () => {
    const directory = machine.directory('module');
    mkdirSync(path.join(directory, 'config'));
    const files = {
      '100-namespace.yaml': '---\nkind: Namespace\n',
      '500-webhooks.yaml': '# two\nkind: A\n---\n---\nkind: B\n',
      'kustomization.yaml': 'resources: [100-namespace.yaml]\n',
      'dummy.go': 'package config\n',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, 'config', name), content);
    machine.command('go', `echo '${JSON.stringify({ Dir: directory })}'`);
    const file = await providePolicyControllerConfig();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([{ kind: 'Namespace' }, { kind: 'A' }, { kind: 'B' }]);
  });

  it('leaves nothing behind if the module cannot be had', async () => {
    machine.command('go', 'echo "403 Forbidden"; exit 1');
    await expect(providePolicyControllerConfig()).rejects.toThrow('403 Forbidden');
    expect(hasPolicyControllerConfig()).toBe(false);
  });
});
