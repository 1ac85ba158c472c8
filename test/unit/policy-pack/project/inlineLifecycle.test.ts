import { writeFileSync } from 'node:fs';
import * as core from '../../../../verification';
import { PolicyWorld, decide } from '../../../support/engine/policyWorld';
import { trustPolicyObject } from '../../../support/engine/strictAndLax';

let world: PolicyWorld;
beforeEach(() => (world = new PolicyWorld()));
afterEach(() => world.remove());

const inlineWith = (rules: object) => {
  const policy = trustPolicyObject('strict');
  return { ...policy, policies: policy.policies.map((item) => ({ ...item, ...rules })) };
};

/** Whoever chooses where a run is called must not turn the record off by it. */
describe('an inline policy that holds images against model.lock', () => {
  it.each([{ rollback: 'enforce' }, { continuity: 'enforce' }])(
    '%j: is refused where nobody knows which model.lock it is',
    async (rules) => {
      const { code, text } = await decide({ processes: [], config: inlineWith(rules) });
      expect(code).toBe('trust-policy-invalid');
      expect(text).toContain(`policies[0].${Object.keys(rules)[0]}: expected`);
      expect(text).toContain('model.lock');
    },
  );

  it('is accepted where the project directory is certain', async () => {
    const root = world.project('work/infra');
    writeFileSync(world.at('work/infra/model.lock'), core.renderModelLock([]));
    const decision = await decide({ pwd: root, cli: root, host: root, config: inlineWith({ rollback: 'enforce' }) });
    expect(decision.line).toContain('inline in the policy configuration');
  });

  // An image then has the warning previous-verdict-missing.
  it.each([{}, { rollback: 'warn' }, { continuity: true }])('%j: is accepted anywhere', async (rules) => {
    const decision = await decide({ processes: [], config: inlineWith(rules) });
    expect(decision.line).toContain('inline in the policy configuration');
  });
});
