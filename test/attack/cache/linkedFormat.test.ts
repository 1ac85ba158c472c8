import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { freshPlace, makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

attempt('makes the directory of entries a link to one elsewhere, where files are then made and removed', {
  attacker: 'filled the cache directory before, in a CI cache for example',
  control: async () => verifyWith(freshPlace().options, makeVictim()),
  attack: async () => {
    const { options } = freshPlace();
    const victim = makeVictim();
    symlinkSync(victim, path.join(options.directory, 'v2'));
    return verifyWith(options, victim);
  },
  expected: { outcome: 'accepted', code: undefined },
});
