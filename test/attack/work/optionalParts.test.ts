import { attempt } from '../../support/attack/attempt';
import { signedBy } from '../../support/attack/patterns';

const PATTERN = '(?:/?){400}/{400}x';

// A matcher that tries all ways would run out of the test time-out.
attempt('keeps the check of signers busy under many optional parts in a row', {
  attacker: 'chooses the subject of a certificate',
  control: () => signedBy(PATTERN, `${'/'.repeat(600)}x`),
  attack: () => signedBy(PATTERN, '/'.repeat(2_048)),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});
