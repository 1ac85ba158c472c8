import path from 'node:path';
import { ESLint } from 'eslint';
import config from '../../../eslint.config.cjs';

const root = path.join(__dirname, '..', '..', '..');

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  // The real configuration; without type information, which the made-up files do not have and the layer rule does not need.
  overrideConfig: [...config, { languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports',
});

/** Lints a line as if it stood in a file of that layer. */
async function isAllowed(file: string, specifier: string): Promise<boolean> {
  const source = `import { thing } from '${specifier}';\nexport const used = thing;\n`;
  const [result] = await eslint.lintText(source, { filePath: path.join(root, file) });
  if (result === undefined) throw new Error(`${file} was not linted`);
  expect(result.messages.filter(({ fatal }) => fatal)).toEqual([]);
  return result.messages.every(({ ruleId }) => ruleId !== 'no-restricted-imports');
}

describe('the layer rule', () => {
  it.each([
    ['verification/example.ts', '@pulumi/pulumi'],
    ['verification/example.ts', '../components/modelServing'],
    ['verification/example.ts', '../policy-pack/violations'],
    ['verification/example.ts', '@sigstore/verify'],
    ['verification/checks/example.ts', '@sigstore/bundle'],
    ['verification/registry/example.ts', '../checks/policyCheck'],
    ['verification/registry/example.ts', '@pulumi/pulumi'],
    ['verification/trust-policy/example.ts', '../checks/policyCheck'],
    ['verification/trust-policy/example.ts', '../attestations/sbom'],
    ['verification/trust-policy/example.ts', '../registry/ociClient'],
    ['verification/trust-policy/requirements/example.ts', 'node:fs'],
    ['verification/reference/example.ts', '../trust-policy/identity'],
    ['verification/reference/example.ts', '../registry/endpoint'],
    ['verification/reference/example.ts', 'node:fs'],
    ['verification/sigstore/example.ts', '../checks/policyCheck'],
    ['verification/sigstore/example.ts', '../../gate/verify'],
    ['components/example.ts', '../verification/registry/ociClient'],
    ['components/example.ts', '../verification'],
    ['components/example.ts', '../policy-pack/violations'],
    ['policy-pack/example.ts', '../components/modelServing'],
    ['policy-pack/policies/example.ts', '../../components'],
    ['hardening/example.ts', '../verification'],
    ['hardening/pod-security/checks/example.ts', '../../../policy-pack/violations'],
    ['hardening/example.ts', '@pulumi/policy'],
    ['hardening/example.ts', 'node:fs'],
    ['image-places/example.ts', '../policy-pack/violations'],
    ['image-places/example.ts', '@pulumi/policy'],
    ['image-places/example.ts', 'node:fs'],
    ['verification/example.ts', '../image-places'],
    ['printing/example.ts', '../verification'],
    ['printing/example.ts', '../hardening'],
    ['printing/example.ts', 'node:fs'],
    ['gate/example.ts', '../policy-pack/violations'],
    ['gate/example.ts', '@pulumi/pulumi'],
    ['index.ts', './verification'],
    ['index.ts', './policy-pack/violations'],
  ])('refuses in %s an import of %s', async (file, specifier) => {
    expect(await isAllowed(file, specifier)).toBe(false);
  });

  it.each([
    ['verification/sigstore/example.ts', '@sigstore/verify'],
    ['verification/checks/example.ts', '../sigstore/verifySignature'],
    ['components/example.ts', '../verification/trust-policy'],
    ['components/example.ts', '../verification/reference/reference'],
    ['verification/trust-policy/example.ts', '../reference/reference'],
    ['verification/registry/example.ts', '../reference/host'],
    ['components/example.ts', '../verification/trust-policy/identity'],
    ['components/example.ts', '@pulumi/kubernetes'],
    ['policy-pack/example.ts', '../verification'],
    ['policy-pack/example.ts', '../hardening'],
    ['components/serving/example.ts', '../../hardening'],
    ['policy-pack/image-sources/example.ts', '../../image-places'],
    ['components/admission/example.ts', '../../image-places'],
    ['gate/example.ts', '../verification'],
    ['verification/registry/example.ts', '../../printing'],
    ['hardening/pod/example.ts', '../../printing'],
    ['components/arguments/example.ts', '../../printing'],
    ['policy-pack/example.ts', '../printing'],
    ['gate/example.ts', '../printing'],
    ['index.ts', './components'],
  ])('allows in %s an import of %s', async (file, specifier) => {
    expect(await isAllowed(file, specifier)).toBe(true);
  });
});
