import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linuxProcesses } from '../../../../policy-pack/project/linuxProcesses';
import { macosProcesses } from '../../../../policy-pack/project/macosProcesses';
import { readProcessChain } from '../../../../policy-pack/project/processChain';
import { ENGINE_ADDRESS, NODE_SHIM, PACK_PID, fakeProcesses, hostedChain } from '../../../support/engine/fakeProcesses';
import type { FakeProcess } from '../../../support/engine/fakeProcesses';

const chainOf = (processes: readonly FakeProcess[], startedIn?: string) =>
  readProcessChain(fakeProcesses(processes), { pid: PACK_PID, ...(startedIn !== undefined && { startedIn }) });

describe('when a language host started the pack', () => {
  const there = { cli: '/work/infra/deep', host: '/work/infra/src' };

  it.each<[string, readonly FakeProcess[]]>([
    ['directly', hostedChain(there)],
    ['through a shim of node', hostedChain(there, [NODE_SHIM])],
    ['through two', hostedChain(there, [NODE_SHIM, NODE_SHIM])],
  ])('knows both directories: %s', async (_how, processes) => {
    expect(await chainOf(processes)).toEqual({ form: 'hosted', program: '/work/infra/src', cli: '/work/infra/deep' });
  });

  it('takes the address of the engine for what it is: the last one among the arguments', async () => {
    const [pack, ...above] = hostedChain(there);
    const args = [...(pack?.args.slice(0, 2) ?? []), 'proxy.test:8080', ...(pack?.args.slice(2) ?? [])];
    expect(await chainOf([{ args }, ...above])).toMatchObject({ cli: '/work/infra/deep' });
  });

  it.each<[string, readonly FakeProcess[], string]>([
    [
      'the language host runs elsewhere (PULUMI_DEBUG_LANGUAGES)',
      [hostedChain(there)[0]!, { args: ['pulumi'], directory: '/x' }],
      'not started by a language host',
    ],
    ['a process between has no address', hostedChain(there, [{ args: ['wrapper'], directory: '/x' }]), 'not started by a language host'],
    ['the directory of the host is hidden', hostedChain({ cli: '/x' }), 'hides the directory of the language host'],
    ['the directory of pulumi is hidden', hostedChain({ host: '/x' }), 'hides the directory of pulumi'],
    ['nothing can be read', [], 'shows no processes'],
    ['the pack has no address', [{ args: ['node', 'pack.js'] }, ...hostedChain(there).slice(1)], 'address of the engine'],
  ])('is without one of them, and says why: %s', async (_what, processes, reason) => {
    const chain = await chainOf(processes);
    expect(chain.program === undefined || chain.cli === undefined).toBe(true);
    expect(chain.reason).toContain(reason);
  });

  it('knows nothing on a system that shows no directories', async () => {
    expect(await readProcessChain(undefined, { pid: PACK_PID })).toMatchObject({ form: 'hosted', program: undefined, cli: undefined });
  });
});

describe('when the pack was started as an executable file', () => {
  const own = { args: ['node', '/packs/pack.js', ENGINE_ADDRESS], directory: '/packs' };
  const pulumi = { args: ['pulumi', 'up'], directory: '/work/infra' };

  it.each<[string, readonly FakeProcess[]]>([
    ['directly', [own, pulumi]],
    ['through a shim of node', [own, { args: ['sh', 'node', '/packs/pack.js', ENGINE_ADDRESS], directory: '/work/infra/src' }, pulumi]],
  ])('was started in the directory of the program: %s', async (_how, processes) => {
    expect(await chainOf(processes, '/work/infra/src')).toEqual({ form: 'executable', program: '/work/infra/src', cli: '/work/infra' });
  });

  it('knows at least that without any process, as on Windows', async () => {
    const chain = await readProcessChain(undefined, { pid: PACK_PID, startedIn: '/work/infra' });
    expect(chain).toMatchObject({ form: 'executable', program: '/work/infra', cli: undefined });
  });
});

describe('when Linux is asked', () => {
  const proc = mkdtempSync(path.join(tmpdir(), 'proc-'));
  afterAll(() => rmSync(proc, { recursive: true, force: true }));
  const processes = linuxProcesses(proc);

  it('reads /proc, also about a process whose name looks like the end of its name', async () => {
    mkdirSync(path.join(proc, '7'));
    writeFileSync(path.join(proc, '7', 'stat'), '7 (a) S 99 (b)) S 6 7 7 0 -1');
    writeFileSync(path.join(proc, '7', 'cmdline'), ['node', '/a b/run.js', '', '127.0.0.1:1', ''].join('\0'));
    symlinkSync(proc, path.join(proc, '7', 'cwd'));
    expect(await processes.record(7)).toEqual({ parent: 6, args: ['node', '/a b/run.js', '', '127.0.0.1:1'] });
    expect(await processes.directory(7)).toBe(proc);
  });

  it('has nothing about a process that is gone, or hidden, or unreadable', async () => {
    mkdirSync(path.join(proc, '8'));
    writeFileSync(path.join(proc, '8', 'stat'), 'nonsense');
    expect([await processes.record(9), await processes.directory(9), await processes.record(8)]).toEqual([undefined, undefined, undefined]);
  });

  it('knows this very process', async () => {
    if (process.platform !== 'linux') return;
    expect(await linuxProcesses().record(process.pid)).toMatchObject({ parent: process.ppid });
    expect(await linuxProcesses().directory(process.pid)).toBe(realpathSync(process.cwd()));
  });
});

describe('when macOS is asked', () => {
  const asked: string[] = [];
  const processes = (answers: Readonly<Record<string, string>>) =>
    macosProcesses((file, args) => {
      asked.push([file, ...args].join(' '));
      return Promise.resolve(answers[file]);
    });

  it('asks ps and lsof of the system, about one process at a time', async () => {
    const macos = processes({
      '/bin/ps': '  501 /opt/homebrew/bin/node /Users/me/my pack/run-policy-pack 127.0.0.1:50511 /Users/me/my pack\n',
      '/usr/sbin/lsof': 'p612\nfcwd\nn/Users/me/my work/infra\n',
    });
    expect(await macos.record(612)).toMatchObject({ parent: 501, args: expect.arrayContaining(['127.0.0.1:50511']) });
    expect(await macos.directory(612)).toBe('/Users/me/my work/infra');
    expect(asked).toEqual(['/bin/ps -ww -o ppid= -o command= -p 612', '/usr/sbin/lsof -w -a -p 612 -d cwd -Fn']);
  });

  it('goes by the first line only: arguments may hold further ones', async () => {
    const macos = processes({ '/bin/ps': '  501 node x\n  1 pulumi 127.0.0.1:1\n', '/usr/sbin/lsof': 'p612\nfcwd\nn/a\nn/b\n' });
    expect(await macos.record(612)).toEqual({ parent: 501, args: ['node', 'x'] });
    expect(await macos.directory(612)).toBe('/a');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['they fail', {}],
    ['they answer nothing', { '/bin/ps': '', '/usr/sbin/lsof': 'p612\n' }],
  ])('has nothing when %s', async (_what, answers) => {
    expect([await processes(answers).record(612), await processes(answers).directory(612)]).toEqual([undefined, undefined]);
  });
});
