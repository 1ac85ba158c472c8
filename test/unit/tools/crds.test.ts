import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CRD_SETS, crdVersion, hasCrds, provideCrds } from '../../../tools/toolchain/crds';
import { FakeMachine } from './fakeCommands';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

it.each(CRD_SETS)('the module of %s is pinned, with its hash', (set) => {
  expect(crdVersion(set)).toMatch(/^\d+\.\d+\.\d+$/);
  const goSum = ['crds', 'kyverno']
    .map((folder) => readFileSync(path.join(__dirname, '../../../tools', folder, 'go.sum'), 'utf8'))
    .join('');
  expect(goSum).toContain(` v${crdVersion(set)} h1:`);
});

describe('when definitions are taken out of a module', () => {
  /** A module directory with these files where KEDA keeps its definitions, and a `go` that says so. */
  const module = (files: Readonly<Record<string, string>>) => {
    const directory = machine.directory('module');
    const definitions = path.join(directory, 'config/crd/bases');
    mkdirSync(definitions, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(definitions, name), content);
    machine.command('go', `echo '${JSON.stringify({ Dir: directory })}'`);
  };
  const kind = 'CustomResourceDefinition';
  const definition = (name: string) =>
    JSON.stringify({ kind, metadata: { name }, spec: { group: 'x', versions: [{ name: 'v1', served: true }] } });
  const patch = JSON.stringify({ kind, metadata: { name: 'things.example' }, spec: { conversion: { strategy: 'Webhook' } } });

  it('keeps each as JSON, and nothing that lies beside them', async () => {
    module({
      'things.yaml': `# generated\n${definition('things.example')}\n---\n${definition('others.example')}`,
      'webhook_patch.yaml': patch,
      'kustomization.yaml': 'resources: [things.yaml]',
      'empty.yaml': '',
      'README.md': 'definitions',
    });
    const directory = await provideCrds('keda');
    expect(readdirSync(directory).sort()).toEqual(['others.example.json', 'things.example.json']);
    expect(JSON.parse(readFileSync(path.join(directory, 'things.example.json'), 'utf8'))).toMatchObject({ spec: { group: 'x' } });
  });

  it('leaves nothing behind if the module has none, and says so', async () => {
    module({ 'kustomization.yaml': 'resources: []' });
    await expect(provideCrds('keda')).rejects.toThrow('github.com/kedacore/keda/v2 has no custom resource definitions in config/crd/bases');
    expect(hasCrds('keda')).toBe(false);
  });

  it('shows what go said if the module cannot be had', async () => {
    machine.command('go', 'echo "SECURITY ERROR: checksum mismatch"; exit 1');
    await expect(provideCrds('keda')).rejects.toThrow('checksum mismatch');
    expect(hasCrds('keda')).toBe(false);
  });
});
