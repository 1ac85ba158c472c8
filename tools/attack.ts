import { finish, prepare, runJest } from './testRun';
import type { Tally } from './testRun';

/** `npm run attack`: the attack suite alone, against the same real tools as in `npm test`. */
finish(async () => {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  await prepare();
  await runJest(tally, '--selectProjects', 'attack', ...process.argv.slice(2));
  return tally;
});
