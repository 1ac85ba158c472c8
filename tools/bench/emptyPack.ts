import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A policy pack without policies: what the engine's own loader costs, the other side of every ratio. */
export function writeEmptyPack(repositoryRoot: string): string {
  // Below node_modules, so that the SDK is found and nothing shows up in git.
  const directory = path.join(repositoryRoot, 'node_modules', '.cache', 'bench-empty-pack');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'PulumiPolicy.yaml'), 'runtime: nodejs\n');
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ name: 'empty', version: '0.0.0', main: 'index.js' }));
  writeFileSync(
    path.join(directory, 'index.js'),
    "const { PolicyPack } = require('@pulumi/policy');\nnew PolicyPack('empty', { policies: [] });\n",
  );
  return directory;
}
