import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PULUMI, binaryPath, pinnedVersion } from '../../../tools/toolchain/goTool';
import { NoPulumiError, OLDEST_PULUMI, isAtLeast, planPulumi, providePulumi } from '../../../tools/toolchain/pulumiCli';
import { FakeMachine } from './fakeCommands';

describe('when versions are compared', () => {
  it.each([
    ['3.221.0', '3.221.0', true],
    ['3.221.1', '3.221.0', true],
    ['3.222.0', '3.221.9', true],
    ['4.0.0', '3.221.0', true],
    ['v3.300.0', '3.221.0', true],
    ['3.1000.0', '3.221.0', true],
    ['3.222.0-alpha.1+abc', '3.221.0', true],
    ['3.221.0+dirty', '3.221.0', true],
    ['3.220.9', '3.221.0', false],
    ['3.99.0', '3.221.0', false],
    ['2.999.999', '3.221.0', false],
    ['3.221', '3.221.1', false],
    ['rubbish', '3.221.0', false],
    ['', '3.221.0', false],
  ])('isAtLeast(%j, %j) is %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected);
  });
});

describe('when this machine is asked for Pulumi', () => {
  let machine: FakeMachine;
  beforeEach(() => {
    machine = new FakeMachine();
  });
  afterEach(() => {
    machine.remove();
  });

  /** The error, which must be one that the user can act on. */
  const refusal = async () => {
    const error = await planPulumi().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof NoPulumiError)) throw new Error(`expected a NoPulumiError, got ${String(error)}`);
    return error.message;
  };

  it('says, with neither pulumi nor go, that there is none, and names both ways out', async () => {
    const message = await refusal();
    expect(message).toContain('No pulumi was found on PATH, and no go');
    expect(message).toContain(`Pulumi ${OLDEST_PULUMI} or newer: https://www.pulumi.com/docs/install/`);
    expect(message).toMatch(/Go \d+\.\d+ or newer: https:\/\/go\.dev\/doc\/install/);
  });

  it('takes an installed one that is new enough', async () => {
    machine.command('pulumi', 'echo v3.300.0');
    expect(await planPulumi()).toEqual({ kind: 'installed', version: '3.300.0' });
    expect(await providePulumi()).toEqual({ path: 'pulumi', version: '3.300.0', origin: 'installed', env: {} });
  });

  it('names the version of one that is too old', async () => {
    machine.command('pulumi', 'echo v3.100.0');
    expect(await refusal()).toContain(`pulumi 3.100.0 is older than ${OLDEST_PULUMI}`);
  });

  it.each([
    ['fails', 'echo v3.300.0; exit 1'],
    ['prints something else', 'echo not a version'],
    ['prints nothing', ':'],
  ])('does not count a pulumi that %s', async (_what, script) => {
    machine.command('pulumi', script);
    expect(await refusal()).toContain('No pulumi was found');
  });

  it('does not count a go that fails', async () => {
    machine.command('go', 'exit 1');
    expect(await refusal()).toContain('no go');
  });

  it('would build the pinned version with go, and use it from the cache once it is there', async () => {
    machine.command('pulumi', 'echo v3.100.0');
    machine.command('go', 'echo go version go1.26.0 linux/amd64');
    expect(await planPulumi()).toEqual({ kind: 'build', version: pinnedVersion(PULUMI) });
    mkdirSync(path.dirname(binaryPath(PULUMI)), { recursive: true });
    writeFileSync(binaryPath(PULUMI), '');
    expect(await planPulumi()).toEqual({ kind: 'cached', version: pinnedVersion(PULUMI) });
  });
});
