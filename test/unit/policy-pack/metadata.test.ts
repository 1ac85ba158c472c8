import type { PolicyConfigSchema, ResourceValidationPolicy } from '@pulumi/policy';
import { modelSupplyChainPolicies } from '../../../policy-pack/modelSupplyChainPolicies';

const policies = modelSupplyChainPolicies() as readonly ResourceValidationPolicy[];

describe('when a user reads about the policies', () => {
  it('has these, at these levels', () => {
    expect(policies.map(({ name, enforcementLevel, severity }) => [name, enforcementLevel, severity])).toEqual([
      ['require-verified-image', 'mandatory', 'critical'],
      ['disallow-unpinned-image', 'mandatory', 'high'],
      ['disallow-unknown-image', 'advisory', 'medium'],
      ['require-hardened-model-pod', 'mandatory', 'high'],
      ['disallow-dangerous-server-options', 'mandatory', 'critical'],
    ]);
  });

  it.each(policies)('finds everything about $name', ({ name, displayName, description, remediationSteps, url, tags }) => {
    expect(name).toMatch(/^(require|disallow)-[a-z-]+$/);
    for (const text of [displayName, description, remediationSteps]) expect(text).toMatch(/.{20}/);
    expect(URL.canParse(url ?? '')).toBe(true);
    expect(url).toContain(name);
    expect(tags).toContain('supply-chain');
  });

  it('can set what require-verified-image takes, and nothing weakens by default', () => {
    const schema = policies[0]?.configSchema as PolicyConfigSchema;
    expect(Object.keys(schema.properties)).toEqual(['trustPolicy', 'tokenRealms', 'undetermined']);
    expect(schema.properties['undetermined']).toMatchObject({ enum: ['mandatory', 'advisory'], default: 'mandatory' });
    expect(schema.required).toBeUndefined();
  });

  it('can set what the policies about pods take', () => {
    const [hardened, options] = ['require-hardened-model-pod', 'disallow-dangerous-server-options'].map(
      (policy) => policies.find(({ name }) => name === policy)?.configSchema as PolicyConfigSchema,
    );
    expect(hardened?.properties).toMatchObject({
      podSecurity: { default: 'restricted' },
      podSecurityVersion: { enum: ['1.34', '1.35', '1.36', '1.37'], default: '1.36' },
      pods: { default: 'model' },
      unknown: { default: 'advisory' },
    });
    expect(Object.keys(options?.properties ?? {})).toEqual(['unknown']);
  });
});
