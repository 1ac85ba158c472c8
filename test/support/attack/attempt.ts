/** What a check says in the end: a verdict of the core, of an API server, or of a command. */
export type AttackOutcome = 'verified' | 'admitted' | 'accepted' | 'rejected' | 'undetermined' | 'denied' | 'refused' | 'advised';

/** The answer to an input, with the codes of all findings that came with it (warnings too). */
export interface Answer {
  readonly outcome: AttackOutcome;
  readonly codes: readonly string[];
}

/** One way to get past the checks, as a test. */
export interface Attempt {
  /** What the attacker may do: "may push to the registry", "opens a pull request". */
  readonly attacker: string;
  /** The same input without the attack. It must pass, or a broken set-up would read as a defense that held. */
  readonly control: () => Promise<Answer>;
  readonly attack: () => Promise<Answer>;
  /** The answer that the attack must get. Where the attack must have no effect at all, that is the answer of the control. */
  readonly expected: {
    readonly outcome: AttackOutcome;
    /** A finding of the answer; `undefined` only where the attack must have no effect at all. */
    readonly code: string | undefined;
  };
}

const PASSED: ReadonlySet<AttackOutcome> = new Set(['verified', 'admitted', 'accepted']);

/**
 * Registers an attempt: its control first, then the attack.
 *
 * @param name what the attacker does, as a sentence without its end
 */
export function attempt(name: string, { attacker, control, attack, expected }: Attempt): void {
  describe(`${name} (an attacker who ${attacker})`, () => {
    it('passes without the attack', async () => {
      const answer = await control();
      if (!PASSED.has(answer.outcome)) throw new Error(`the control did not pass: ${JSON.stringify(answer)}`);
    });

    it(`is ${expected.outcome}${expected.code === undefined ? ', without effect' : ` with ${expected.code}`}`, async () => {
      const answer = await attack();
      expect(answer.outcome).toBe(expected.outcome);
      if (expected.code !== undefined) expect(answer.codes).toContain(expected.code);
      else if (!PASSED.has(expected.outcome)) throw new Error('name the code of the finding: a refusal without one may have any reason');
    });
  });
}
