import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

const NAMES = ['HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'LOCALAPPDATA'] as const;

/** Verifies in an empty working directory, under these variables and none of the others. */
async function verifyUnder(environment: Readonly<Record<string, string>>): Promise<Awaited<ReturnType<typeof verifyWith>>> {
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  const directory = process.cwd();
  const empty = mkdtempSync(path.join(tmpdir(), 'pack-directory-'));
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(empty);
  try {
    return await verifyWith({}, empty);
  } finally {
    process.chdir(directory);
    for (const name of NAMES) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)));
  }
}

function freshHome(): string {
  const home = makeVictim();
  mkdirSync(path.join(home, 'home'));
  return path.join(home, 'home');
}

const expected = { outcome: 'accepted', code: undefined } as const;
const control = async () => verifyUnder({ HOME: freshHome() });

attempt('leaves HOME empty: cache and secret landed in the directory of the pack', {
  attacker: 'brings files along in that directory',
  control,
  attack: async () => verifyUnder({ HOME: '' }),
  expected,
});

attempt('leaves HOME out', { attacker: 'brings files along in that directory', control, attack: async () => verifyUnder({}), expected });

attempt('sets relative directories', {
  attacker: 'brings files along in that directory',
  control,
  attack: async () => verifyUnder({ HOME: 'home', XDG_CACHE_HOME: 'cache', XDG_STATE_HOME: './state' }),
  expected,
});
