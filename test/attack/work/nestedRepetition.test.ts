import { attempt } from '../../support/attack/attempt';
import { signedBy } from '../../support/attack/patterns';

const PATTERN = '(?:(?:[a-z/]+)+)+x';

// A matcher that tries all ways would run out of the test time-out.
attempt('keeps the check of signers busy under a repetition within a repetition', {
  attacker: 'chooses the subject of a certificate',
  control: () => signedBy(PATTERN, `${'/'.repeat(2_000)}x`),
  attack: () => signedBy(PATTERN, '/'.repeat(2_048)),
  expected: { outcome: 'rejected', code: 'identity-mismatch' },
});
