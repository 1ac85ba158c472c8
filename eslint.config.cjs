const js = require('@eslint/js');
const tseslint = require('typescript-eslint');

/** Forbids imports across layers (design: `verification` knows nothing of Pulumi; components and pack never meet). */
const layer = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const forbid = (group, message) => ({ group, message });

const pulumi = forbid(['@pulumi/*'], 'verification is the core: it imports nothing of Pulumi.');
const outside = (names, message) =>
  forbid(
    names.flatMap((name) => [`**/${name}`, `**/${name}/**`]),
    message,
  );

const sigstore = forbid(['@sigstore/*'], 'verification/sigstore is the only importer of @sigstore/*.');
const verificationCore = [
  pulumi,
  outside(['components', 'policy-pack', 'hardening', 'image-places', 'gate', 'test', 'tools'], 'verification imports no other folder.'),
];

module.exports = tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'test/fixtures/**', 'coverage/**', '.demo/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports', fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', process: 'readonly', console: 'readonly', __dirname: 'readonly' },
    },
  },
  {
    files: ['test/**/*.ts', 'tools/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },

  layer(['verification/**/*.ts'], [...verificationCore, sigstore]),
  layer(
    ['verification/reference/**/*.ts'],
    [
      ...verificationCore,
      sigstore,
      outside(
        ['checks', 'attestations', 'registry', 'sigstore', 'cache', 'lifecycle', 'trust-policy'],
        'the grammar of references is a leaf: trust policy, registry, locks and components import it.',
      ),
      forbid(
        ['node:fs', 'node:fs/*', 'node:http', 'node:https', 'node:child_process'],
        'the grammar of references is pure: no input or output.',
      ),
    ],
  ),
  layer(['verification/registry/**/*.ts'], [...verificationCore, sigstore, outside(['checks'], 'this layer is below the checks.')]),
  layer(
    ['verification/trust-policy/**/*.ts'],
    [
      ...verificationCore,
      sigstore,
      outside(['checks', 'attestations', 'registry', 'sigstore', 'cache', 'lifecycle'], 'the trust policy is pure: components import it.'),
      forbid(
        ['node:fs', 'node:fs/*', 'node:net', 'node:http', 'node:https', 'node:child_process'],
        'the trust policy is pure: no input or output.',
      ),
    ],
  ),
  layer(['verification/sigstore/**/*.ts'], [...verificationCore, outside(['checks'], 'this layer is below the checks.')]),
  layer(
    ['printing/**/*.ts'],
    [
      sigstore,
      pulumi,
      outside(
        ['verification', 'components', 'policy-pack', 'hardening', 'image-places', 'gate', 'test', 'tools'],
        'printing is a leaf: every layer may import it, and it imports nothing.',
      ),
      forbid(['node:*'], 'printing is text in, text out: no input or output.'),
    ],
  ),
  layer(
    ['hardening/**/*.ts'],
    [
      sigstore,
      pulumi,
      outside(
        ['verification', 'components', 'policy-pack', 'image-places', 'gate', 'test', 'tools'],
        'hardening is pure functions over pod specs: it imports printing only.',
      ),
      forbid(
        ['node:fs', 'node:fs/*', 'node:net', 'node:http', 'node:https', 'node:child_process'],
        'hardening is pure functions over pod specs: no input or output.',
      ),
    ],
  ),
  layer(
    ['image-places/**/*.ts'],
    [
      sigstore,
      pulumi,
      outside(
        ['verification', 'components', 'policy-pack', 'hardening', 'gate', 'test', 'tools'],
        'image-places is tables: it imports nothing.',
      ),
      forbid(['node:*'], 'image-places is tables: no input or output.'),
    ],
  ),
  layer(
    ['components/**/*.ts'],
    [
      sigstore,
      outside(
        ['policy-pack', 'gate', 'test', 'tools'],
        'components import verification/trust-policy, hardening, image-places and printing only.',
      ),
      {
        regex: '/verification(/(?!(?:trust-policy|reference)(/|$))|$)',
        message: 'components import verification/trust-policy, verification/reference, hardening and image-places only (pure, no I/O).',
      },
    ],
  ),
  layer(
    ['policy-pack/**/*.ts'],
    [sigstore, outside(['components', 'gate', 'test', 'tools'], 'the policy pack imports verification, hardening and image-places only.')],
  ),
  layer(
    ['gate/**/*.ts'],
    [sigstore, pulumi, outside(['components', 'policy-pack', 'image-places', 'test', 'tools'], 'the gate imports verification only.')],
  ),
  layer(
    ['index.ts'],
    [
      sigstore,
      outside(['verification', 'policy-pack', 'image-places', 'gate', 'test', 'tools'], 'the platform stack imports components only.'),
    ],
  ),
);
