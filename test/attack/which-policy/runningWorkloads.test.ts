import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runningCommand } from '../../../gate/running/command';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { PolicyWorld } from '../../support/engine/policyWorld';
import { STRANGE_IMAGE, trustPolicyText, writeStrength } from '../../support/engine/strictAndLax';
import { runningPod } from '../../support/running/gate';

const OUTCOMES = ['accepted', 'rejected', 'undetermined', 'refused'] as const;

/** What `model-gate running` says of the strange image in a directory. */
async function runningIn(directory: string, variable?: string): Promise<Answer> {
  const text = { out: '', error: '' };
  const streams = {
    stdin: Readable.from([JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [runningPod('strange', STRANGE_IMAGE)] })]),
    stdout: { write: (line: string) => (text.out += line) },
    stderr: { write: (line: string) => (text.error += line) },
  };
  const before = process.cwd();
  process.chdir(directory);
  if (variable !== undefined) process.env['MODEL_SUPPLY_CHAIN_TRUST_POLICY'] = variable;
  try {
    const code = await runningCommand(['--without-reports'], streams, {});
    const codes = [...`${text.out}${text.error}`.matchAll(/ \[([a-z-]+)\]$/gm)].map(([, found = '']) => found);
    const outcome = OUTCOMES[code];
    return { outcome: outcome === 'accepted' && codes.includes('trust-policy-unused') ? 'advised' : outcome, codes };
  } finally {
    delete process.env['MODEL_SUPPLY_CHAIN_TRUST_POLICY'];
    process.chdir(before);
  }
}

describe('model-gate running', () => {
  const world = new PolicyWorld();
  afterAll(() => world.remove());
  const place = (name: string): string => world.folder('work', name, 'infra');

  attempt('takes the lax file of the directory, although the pipeline names the strict one', {
    attacker: 'opens a pull request',
    control: () => {
      const directory = place('variable');
      return runningIn(directory, writeStrength(directory, 'lax'));
    },
    attack: () => runningIn(place('variable'), writeStrength(world.folder('reviewed'), 'strict')),
    expected: { outcome: 'rejected', code: 'image-not-covered' },
  });

  attempt('takes the lax file above, although the strict one is here under a name that is not read', {
    attacker: 'waits for a mistake',
    control: () => {
      writeStrength(path.dirname(place('lookalike')), 'lax');
      return runningIn(place('lookalike'));
    },
    attack: () => {
      writeFileSync(path.join(place('lookalike'), 'trust-policy.yml'), trustPolicyText('strict'));
      return runningIn(place('lookalike'));
    },
    expected: { outcome: 'undetermined', code: 'trust-policy-ambiguous' },
  });

  attempt('takes a lax file that was added below the reviewed one', {
    attacker: 'opens a pull request',
    control: () => {
      writeStrength(place('deeper'), 'lax');
      return runningIn(place('deeper'));
    },
    attack: () => {
      writeStrength(path.dirname(place('deeper')), 'strict');
      return runningIn(place('deeper'));
    },
    expected: { outcome: 'advised', code: 'trust-policy-unused' },
  });
});
