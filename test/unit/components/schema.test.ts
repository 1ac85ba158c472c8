import path from 'node:path';

import { Analyzer } from '@pulumi/pulumi/provider/experimental/analyzer';

/**
 * What other languages get: Pulumi reads the types of components and makes a schema of them. It refuses unions, aliases and mapped types,
 * and one argument that it cannot describe hides every component.
 */
describe('the schema of the components for other languages', () => {
  it('describes ModelServing, with its choices as enumerations', () => {
    const directory = path.join(__dirname, '..', '..', '..');
    const packageJson = { name: 'pulumi-model-supply-chain', main: './components/index.ts' };
    const { components, typeDefinitions } = new Analyzer(directory, packageJson.name, packageJson, new Set(['ModelServing'])).analyze();
    expect(Object.keys(components)).toContain('ModelServing');
    expect(components['ModelServing']!.outputs).toHaveProperty('endpoint');
    expect(typeDefinitions['ModelServer']!.enum!.map(({ value }) => value)).toContain('vllm');
    expect(typeDefinitions).toHaveProperty('ModelVerificationArgs');
  }, 120_000);

  it('describes what enforces the trust policy in a cluster', () => {
    const directory = path.join(__dirname, '..', '..', '..');
    const packageJson = { name: 'pulumi-model-supply-chain', main: './components/index.ts' };
    const names = ['ModelAdmission', 'KyvernoInstallation'];
    const { components, typeDefinitions } = new Analyzer(directory, packageJson.name, packageJson, new Set(names)).analyze();
    expect(Object.keys(components)).toEqual(expect.arrayContaining(names));
    expect(components['ModelAdmission']!.outputs).toHaveProperty('previewOnly');
    expect(typeDefinitions).toHaveProperty('AdmissionSummaryArgs');
  }, 120_000);
});
