import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyInProcess } from './processes';
import type { Row } from './row';
import { STUFFING } from './stuffedServer';
import type { StuffedReady, Stuffing } from './stuffedServer';

const NEIGHBORS = 20;
const PAUSE_SECONDS = 1;

/** One image that someone stuffed with evidence, among twenty that are signed: they are verified, and the event loop goes on. */
export async function stuffedImages(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const stuffing of STUFFING) rows.push(await stuffedWith(stuffing));
  return rows;
}

async function stuffedWith(stuffing: Stuffing): Promise<Row> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-stuffed-'));
  const script = path.join(__dirname, 'stuffedServer.ts');
  const server = fork(script, [directory, stuffing, String(NEIGHBORS)], { execArgv: ['--import', 'tsx'] });
  try {
    const ready = await new Promise<StuffedReady>((resolve, reject) => {
      server.once('message', (message) => resolve(message as StuffedReady));
      server.once('exit', (code) => reject(new Error(`the registry of the measurement ended with exit code ${code}`)));
    });
    const { outcomes, longestPauseMs } = await verifyInProcess(ready.policyFile, [ready.stuffed, ...ready.good]);
    const [stuffed, ...good] = outcomes;
    const verified = good.filter((outcome) => outcome === 'verified').length;
    return {
      what: `longest pause of the event loop at an image stuffed with ${stuffing}, and good images verified meanwhile`,
      figure: `${(longestPauseMs / 1000).toFixed(2)} s, ${verified} of ${NEIGHBORS}`,
      bar: `<= ${PAUSE_SECONDS} s, ${NEIGHBORS} of ${NEIGHBORS}`,
      holds: longestPauseMs <= PAUSE_SECONDS * 1000 && verified === NEIGHBORS && stuffed !== 'verified',
    };
  } finally {
    server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}
