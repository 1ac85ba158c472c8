import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { attempt } from '../../support/attack/attempt';
import { freshPlace, makeVictim, verifyWith, withSupplyChain } from '../../support/attack/cachePlaces';

withSupplyChain();

attempt('makes the directory of the secret a link, so that the secret is made elsewhere', {
  attacker: 'may exchange the state directory',
  control: async () => verifyWith(freshPlace().options, makeVictim()),
  attack: async () => {
    const { base, options } = freshPlace();
    const victim = makeVictim();
    mkdirSync(path.join(victim, 'empty'));
    symlinkSync(path.join(victim, 'empty'), path.join(base, 'state'));
    return verifyWith(options, victim);
  },
  expected: { outcome: 'accepted', code: undefined },
});
