import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../../../tools/toolchain/cacheDirectory';
import {
  COSIGN,
  DISTRIBUTION,
  ETCD,
  GGCR_REGISTRY,
  HELM,
  KUBE_APISERVER,
  KYVERNO,
  KYVERNO_CLI,
  POLICY_CONTROLLER,
  PULUMI,
  binaryPath,
  buildGoTool,
  isBuilt,
  pinnedVersion,
} from '../../../tools/toolchain/goTool';
import type { GoTool } from '../../../tools/toolchain/goTool';
import { FakeMachine } from './fakeCommands';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

/** A module of the test's own; `module` is read relative to `tools/`. */
function exampleTool(goMod = 'module tools/example\n\nrequire example.test/tool v1.2.3\n'): GoTool & { readonly directory: string } {
  const directory = machine.directory('module');
  writeFileSync(path.join(directory, 'go.mod'), goMod);
  writeFileSync(path.join(directory, 'main.go'), 'package main');
  const module = path.relative(path.join(__dirname, '..', '..', '..', 'tools'), directory);
  return { name: 'example', module, package: '.', versionOf: 'example.test/tool', directory };
}

describe('when a version is read from go.mod', () => {
  it.each([
    ['on a line of its own', 'require example.test/tool v1.2.3\n'],
    ['in a block', 'require (\n\texample.test/tool/other v9.9.9 // indirect\n\texample.test/tool v1.2.3\n)\n'],
    ['with a comment', 'require (\n\texample.test/tool v1.2.3 // why\n)\n'],
  ])('finds it %s', (_where, goMod) => {
    expect(pinnedVersion(exampleTool(goMod))).toBe('1.2.3');
  });

  it('throws if the module is not required', () => {
    expect(() => pinnedVersion(exampleTool('require example.test/toolbox v1.0.0\n'))).toThrow('does not require example.test/tool');
  });

  it.each([PULUMI, COSIGN, DISTRIBUTION, GGCR_REGISTRY, ETCD, KUBE_APISERVER, KYVERNO, KYVERNO_CLI, HELM, POLICY_CONTROLLER])(
    'finds that of $name',
    (tool) => {
      expect(pinnedVersion(tool)).toMatch(/^\d+\.\d+\.\d+/);
    },
  );
});

describe('when the place in the cache is chosen', () => {
  it('has name and version in it, inside the cache of the user', () => {
    const file = binaryPath(exampleTool());
    expect(path.relative(machine.cache, file)).toMatch(/^pulumi-model-supply-chain\/tools\/example-1\.2\.3-[0-9a-f]{12}\/example$/);
  });

  it.each(['go.mod', 'main.go', 'go.sum'])('changes with %s, and comes back with its old content', (file) => {
    const tool = exampleTool();
    const target = path.join(tool.directory, file);
    writeFileSync(path.join(tool.directory, 'go.sum'), 'sum\n');
    const before = binaryPath(tool);
    const content = readFileSync(target);
    writeFileSync(target, Buffer.concat([content, Buffer.from('\n// changed')]));
    expect(binaryPath(tool)).not.toBe(before);
    writeFileSync(target, content);
    expect(binaryPath(tool)).toBe(before);
  });

  it('changes with the linker flags', () => {
    const tool = exampleTool();
    expect(binaryPath({ ...tool, ldflags: (version) => `-X main.version=${version}` })).not.toBe(binaryPath(tool));
  });

  it.each(['', 'relative/cache'])('is below the home directory if XDG_CACHE_HOME is %j, as the XDG specification says', (value) => {
    process.env['XDG_CACHE_HOME'] = value;
    expect(cacheDirectory('tools')).toMatch(/^\/.*\.cache\/pulumi-model-supply-chain\/tools$/);
  });
});

describe('when a tool is built', () => {
  const inCache = () => {
    const tools = cacheDirectory('tools');
    return existsSync(tools) ? readdirSync(tools) : [];
  };
  /** `go build … -o FILE …`: writes that file, then ends with the code. */
  const fakeGo = (exitCode: number, writes = true) => {
    machine.command(
      'go',
      [
        'echo called >> "$0.log"',
        'echo "some output of the compiler" >&2',
        'while [ "$1" != "-o" ]; do shift; done',
        writes ? 'echo binary > "$2"' : ':',
        `exit ${exitCode}`,
      ].join('\n'),
    );
  };
  const calls = () => readFileSync(path.join(machine.bin, 'go.log'), 'utf8').split('\n').length - 1;

  it('is in the cache afterwards, and not built again', async () => {
    fakeGo(0);
    const tool = exampleTool();
    expect(await buildGoTool(tool)).toBe(binaryPath(tool));
    expect(readFileSync(binaryPath(tool), 'utf8')).toBe('binary\n');
    await buildGoTool(tool);
    expect(calls()).toBe(1);
    expect(inCache()).toHaveLength(1);
  });

  it('is complete after two builds at the same time, which leave nothing else', async () => {
    fakeGo(0);
    const tool = exampleTool();
    await Promise.all([buildGoTool(tool), buildGoTool(tool)]);
    expect(readFileSync(binaryPath(tool), 'utf8')).toBe('binary\n');
    expect(inCache()).toHaveLength(1);
  });

  it.each([
    ['before it writes', false],
    ['after it has written a part', true],
  ])('leaves nothing behind if go fails %s, and shows what go said', async (_when, writes) => {
    fakeGo(1, writes);
    const tool = exampleTool();
    await expect(buildGoTool(tool)).rejects.toThrow('some output of the compiler');
    expect(isBuilt(tool)).toBe(false);
    expect(inCache()).toEqual([]);
  });

  it('leaves nothing behind without go', async () => {
    const tool = exampleTool();
    await expect(buildGoTool(tool)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(inCache()).toEqual([]);
  });

  it('builds after a failure', async () => {
    const tool = exampleTool();
    fakeGo(1);
    await expect(buildGoTool(tool)).rejects.toThrow();
    fakeGo(0);
    await buildGoTool(tool);
    expect(isBuilt(tool)).toBe(true);
  });
});
