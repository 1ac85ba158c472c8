import { parseAllDocuments } from 'yaml';
import { renderAdmission, toYaml } from '../../../../components/admission';
import { render, trustPolicy, written } from './trustPolicies';

describe('the policies of a cluster without a cluster', () => {
  const rendered = renderAdmission('models', { trustPolicy: written(trustPolicy()) });

  it('are those that ModelAdmission creates, with what they do not hold', () => {
    expect(rendered).toEqual(render(trustPolicy()));
    expect([rendered.policies.length, rendered.guards.length, rendered.hardening.length].every((count) => count > 0)).toBe(true);
  });

  it('are the same as YAML', () => {
    const objects = [...rendered.policies, ...rendered.guards, ...rendered.hardening];
    expect(parseAllDocuments(toYaml(objects)).map((document) => document.toJS() as unknown)).toEqual(objects);
  });

  it('are refused with the same words', () => {
    expect(() => renderAdmission('models', { trustPolicy: '/nowhere/trust-policy.yaml' })).toThrow(/there is no such file/);
  });
});
