import { rmdirSync, symlinkSync } from 'node:fs';
import { attempt } from '../../support/attack/attempt';
import { freshPlace, makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

attempt('makes the cache directory itself a link', {
  attacker: 'may exchange the cache directory',
  control: async () => verifyWith(freshPlace().options, makeVictim()),
  attack: async () => {
    const { options } = freshPlace();
    const victim = makeVictim();
    rmdirSync(options.directory);
    symlinkSync(victim, options.directory);
    return verifyWith(options, victim);
  },
  expected: { outcome: 'accepted', code: undefined },
});
