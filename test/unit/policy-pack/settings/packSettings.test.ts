import type { ResourceValidationPolicy } from '@pulumi/policy';
import { modelSupplyChainPolicies } from '../../../../policy-pack/modelSupplyChainPolicies';
import { configurationProblems } from '../../../../policy-pack/settings/checkConfiguration';
import { settingsInWords } from '../../../../policy-pack/settings/settingsInWords';
import * as core from '../../../../verification';
import { collector, pod } from '../packArguments';

const ours = modelSupplyChainPolicies() as readonly ResourceValidationPolicy[];
const names = ours.map(({ name }) => name);

type Configuration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const problems = (configuration: Configuration, inPack: readonly string[] = names) =>
  configurationProblems(new Map(Object.entries(configuration)), { ours, inPack }).map(({ path, message }) => `${path}: ${message}`);

describe('when the configuration of the pack is checked', () => {
  it.each<[string, Configuration]>([
    ['nothing', {}],
    ['every policy without settings', Object.fromEntries(names.map((name) => [name, {}]))],
    ['a level for all', { all: {} }],
    [
      'every setting',
      {
        'require-verified-image': {
          trustPolicy: 'trust-policy.yaml',
          tokenRealms: { 'registry.corp': ['auth.corp'], 'localhost:5000': ['127.0.0.1:5001'] },
          undetermined: 'advisory',
        },
        'require-hardened-model-pod': { podSecurity: 'baseline', podSecurityVersion: '1.35', pods: 'all', unknown: 'mandatory' },
        'disallow-dangerous-server-options': { unknown: 'advisory' },
      },
    ],
    ['an inline trust policy', { 'require-verified-image': { trustPolicy: { kind: 'TrustPolicy' } } }],
  ])('accepts %s', (_what, configuration) => {
    expect(problems(configuration)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['require-verified-image', 'trustpolicy', 'did you mean "trustPolicy"?'],
    ['require-verified-image', 'trust-policy', 'did you mean "trustPolicy"?'],
    ['require-verified-image', 'trustPolicyFile', 'did you mean "trustPolicy"?'],
    ['require-verified-image', 'Undetermined', 'did you mean "undetermined"?'],
    ['require-verified-image', 'enforcementlevel', 'did you mean "enforcementLevel"?'],
    ['require-verified-image', 'toString', 'expected one of trustPolicy, tokenRealms, undetermined, enforcementLevel'],
    ['require-verified-image', '__proto__', 'expected one of trustPolicy'],
    ['disallow-unpinned-image', 'trustPolicy', 'expected one of enforcementLevel'],
    ['disallow-unknown-image', 'level', 'expected one of enforcementLevel'],
    ['require-hardened-model-pod', 'podSecurityversion', 'did you mean "podSecurityVersion"?'],
    ['disallow-dangerous-server-options', 'unkown', 'did you mean "unknown"?'],
  ])('refuses %s.%s', (policy, setting, end) => {
    const configuration = { [policy]: JSON.parse(`{${JSON.stringify(setting)}: "x"}`) as Record<string, unknown> };
    expect(problems(configuration)).toEqual([expect.stringMatching(new RegExp(`^${policy}\\.${setting}: unknown setting: `))]);
    expect(problems(configuration)[0]).toContain(end);
  });

  it('has a schema on every policy, so that each one refuses what it does not know', () => {
    for (const { name, configSchema } of ours) {
      expect(configSchema).toBeDefined();
      expect(problems({ [name]: { unheardOf: true } })).toHaveLength(1);
    }
  });

  it.each<[string, unknown, string]>([
    ['trustPolicy', '', 'expected text, got an empty string'],
    ['trustPolicy', '  ', 'expected text, got an empty string'],
    ['trustPolicy', null, 'expected text or a mapping, got nothing (null)'],
    ['trustPolicy', ['a.yaml'], 'expected text or a mapping, got a list'],
    ['trustPolicy', 1, 'expected text or a mapping, got 1'],
    ['undetermined', 'Advisory', 'expected "mandatory" or "advisory", got "Advisory"'],
    ['undetermined', '', 'expected "mandatory" or "advisory", got ""'],
    ['undetermined', true, 'expected "mandatory" or "advisory", got true'],
  ])('refuses %s: %j', (setting, value, message) => {
    expect(problems({ 'require-verified-image': { [setting]: value } })).toEqual([`require-verified-image.${setting}: ${message}`]);
  });

  it.each<[unknown, string, string]>([
    ['registry.corp=auth.corp', '', 'expected an object from registry hosts to lists of hosts, such as {"registry.corp": ["auth.corp"]}'],
    [['auth.corp'], '', 'expected an object from registry hosts'],
    [null, '', 'expected an object from registry hosts'],
    [{ 'registry.corp': 'auth.corp' }, '["registry.corp"]', 'expected a list of hosts, such as {"registry.corp": ["auth.corp"]}'],
    [{ 'registry.corp': [] }, '["registry.corp"]', 'expected a list of hosts'],
    [{ 'https://registry.corp': ['auth.corp'] }, '["https://registry.corp"]', 'expected a registry host, such as registry.corp'],
    [{ '*.corp': ['auth.corp'] }, '["*.corp"]', 'expected a registry host'],
    [
      { 'registry.corp': ['auth.corp', 'https://sso.corp/token'] },
      '["registry.corp"][1]',
      'expected the host of a token service, such as auth.corp, without https:// and path, got "https://sso.corp/token"',
    ],
    [{ 'registry.corp': ['*.corp'] }, '["registry.corp"][0]', 'expected the host of a token service'],
    [{ 'registry.corp': [5] }, '["registry.corp"][0]', 'expected the host of a token service'],
  ])('refuses tokenRealms: %j, with its path and the form', (value, path, message) => {
    expect(problems({ 'require-verified-image': { tokenRealms: value } })).toEqual([
      expect.stringContaining(`require-verified-image.tokenRealms${path}: ${message}`),
    ]);
  });

  it('reports everything at once', () => {
    expect(
      problems({ all: { trustPolicy: 'x' }, 'require-verified-images': {}, 'require-verified-image': { a: 1, undetermined: 2 } }),
    ).toHaveLength(4);
  });
});

describe('when the configuration names a policy that is not there', () => {
  it.each([
    ['require-verified-images', 'did you mean "require-verified-image"?'],
    ['Require-Verified-Image', 'did you mean "require-verified-image"?'],
    ['verified-image', 'did you mean "require-verified-image"?'],
    ['disallow_unpinned_image', 'did you mean "disallow-unpinned-image"?'],
    ['s3-encryption', 'expected one of require-verified-image, '],
    ['All', 'did you mean "all"?'],
  ])('refuses %s in this pack', (name, end) => {
    expect(problems({ [name]: {} })).toEqual([expect.stringContaining(end)]);
  });

  it('refuses settings for all policies: the engine takes only the level', () => {
    expect(problems({ all: { trustPolicy: 'strict.yaml' } })).toEqual([
      'all.trustPolicy: "all" takes a level only: give settings to a policy',
    ]);
  });

  describe('in a pack of others', () => {
    const inPack = [...names, 'acme-tags'];

    it.each(['acme-tags', 's3-encryption'])('leaves %s to them', (name) => {
      expect(problems({ [name]: { anything: 1 } }, inPack)).toEqual([]);
    });

    it.each<[string, object]>([
      ['require-verified-images', {}],
      ['acme-images', { trustPolicy: 'strict.yaml' }],
      ['acme-images', { trustpolicy: 'strict.yaml' }],
    ])('refuses %s with %j, which is meant for ours', (name, settings) => {
      expect(problems({ [name]: settings as Record<string, unknown> }, inPack)).toHaveLength(1);
    });
  });
});

describe('when a policy runs without that check before it', () => {
  it.each(ours.map((policy) => [policy.name, policy] as const))(
    '%s blocks on an unknown setting, whatever its level',
    async (name, policy) => {
      const { reported, report } = collector();
      if (typeof policy.validateResource !== 'function') throw new Error('expected one function');
      await policy.validateResource(pod([], { config: { trustpolicy: 'strict.yaml' } }), report);
      expect(reported).toEqual([expect.objectContaining({ level: 'mandatory' })]);
      expect(reported[0]?.message).toContain(`${name}.trustpolicy: unknown setting`);
      expect(reported[0]?.message).toContain('[pack-setting-invalid]');
    },
  );
});

it('has the same words as the finding everywhere else', () => {
  const list = [{ path: 'require-verified-image.trustpolicy', message: 'unknown setting: did you mean "trustPolicy"?' }];
  expect(settingsInWords(list)).toBe(core.formatFinding({ code: 'pack-setting-invalid', problems: list }));
});
