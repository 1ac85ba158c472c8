import { chmodSync } from 'node:fs';
import { attempt } from '../../support/attack/attempt';
import { freshPlace, makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

// Where others can write, they can put a link in place of any file a moment after we looked.
attempt('shares a cache directory that everyone can write to', {
  attacker: 'has an account on the same machine',
  control: async () => verifyWith(freshPlace().options, makeVictim()),
  attack: async () => {
    const { options } = freshPlace();
    chmodSync(options.directory, 0o777);
    return verifyWith(options, options.directory);
  },
  expected: { outcome: 'accepted', code: undefined },
});
