import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';

const TSX = pathToFileURL(require.resolve('tsx')).href;
const SCRIPT = path.join(__dirname, '../../support/attack/openCache.ts');

/** Opens the cache in an empty working directory, under these variables alone; `accepted` if nothing lands in that directory. */
function openUnder(environment: Readonly<Record<string, string>>): Promise<Answer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'pack-directory-'));
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { stdout } = spawnSync(process.execPath, ['--import', TSX, SCRIPT], { cwd: directory, env, encoding: 'utf8' });
  if (stdout.trim() !== 'opened') return Promise.resolve({ outcome: 'undetermined', codes: ['not-opened'] });
  return Promise.resolve(
    readdirSync(directory).length === 0 ? { outcome: 'accepted', codes: [] } : { outcome: 'rejected', codes: ['something-was-written'] },
  );
}

const common = {
  attacker: 'brings files along in the working directory',
  control: () => openUnder({ HOME: mkdtempSync(path.join(tmpdir(), 'home-')) }),
  expected: { outcome: 'accepted', code: undefined },
} as const;

// Node takes an empty HOME for the working directory: cache and secret landed in the directory of the pack.
attempt('leaves HOME empty', { ...common, attack: () => openUnder({ HOME: '' }) });

attempt('leaves HOME out', { ...common, attack: () => openUnder({}) });

attempt('sets relative directories', {
  ...common,
  attack: () => openUnder({ HOME: 'home', XDG_CACHE_HOME: 'cache', XDG_STATE_HOME: './state' }),
});
