import { finish, node, prepare, root, runJest } from './testRun';
import type { Tally } from './testRun';
import { withProgress } from './toolchain/progress';
import { runCommand } from './toolchain/runCommand';

/**
 * `npm test`: everything, from lint to real previews. Prepares the real tools first, then runs the static checks and all Jest projects, and
 * ends with the one line that CI reads: `N passed, N failed`.
 */
const STATIC_CHECKS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['types (tsc)', node('typescript/bin/tsc')],
  ['lint (eslint, with the layer rule)', node('eslint/bin/eslint.js', '.', '--max-warnings', '0')],
  ['format (prettier)', node('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
  ['package (publint)', node('publint/src/cli.js', '--strict')],
  [
    'package types (are the types wrong)',
    node(
      '@arethetypeswrong/cli/dist/index.js',
      '--pack',
      '.',
      '--profile',
      'node16',
      '--exclude-entrypoints',
      './policy-pack/*',
      './trust-policy.schema.json',
      './model-card.schema.json',
    ),
  ],
];

async function main(): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  await prepare();
  for (const [name, args] of STATIC_CHECKS) {
    const result = await withProgress(name, () => runCommand(process.execPath, args, { cwd: root }));
    if (result.code === 0) tally.passed++;
    else {
      tally.failed++;
      console.log(result.output);
    }
  }
  await runJest(tally, ...process.argv.slice(2));
  return tally;
}

finish(main);
