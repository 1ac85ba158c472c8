import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { freshPlace, makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

// Housekeeping wrote its marker through the link, and so emptied the file.
attempt('makes the marker of housekeeping a link to a file elsewhere', {
  attacker: 'filled the cache directory before, in a CI cache for example',
  control: async () => verifyWith(freshPlace().options, makeVictim()),
  attack: async () => {
    const { options } = freshPlace();
    const victim = makeVictim();
    mkdirSync(path.join(options.directory, 'v2'), { mode: 0o700 });
    symlinkSync(path.join(victim, 'evicted'), path.join(options.directory, 'v2', 'evicted'));
    return verifyWith(options, victim);
  },
  expected: { outcome: 'accepted', code: undefined },
});
