import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import * as verification from '../../../verification';

const root = path.join(__dirname, '..', '..', '..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
};

const core = path.join(root, 'dist', 'verification');
/** The verification core with its libraries, in the files that are loaded together and later. */
const bundled = ['index.js', ...readdirSync(path.join(core, 'parts')).map((file) => path.join('parts', file))]
  .map((file) => readFileSync(path.join(core, file), 'utf8'))
  .join('\n');

/** `npm test` builds before it runs these tests. */
const compiled = readdirSync(path.join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));

describe('the published package', () => {
  it('imports only what it declares', () => {
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    const undeclared = compiled.flatMap((file) => {
      const source = readFileSync(path.join(root, 'dist', file), 'utf8');
      return [...source.matchAll(/(?:require|import)\("([^".][^"]*)"\)/g)]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => !specifier.startsWith('node:') && !builtinModules.includes(specifier))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !declared.has(name))
        .map((name) => `${file}: ${name}`);
    });
    expect(compiled.length).toBeGreaterThan(20);
    expect(undeclared).toEqual([]);
  });

  it('pins everything that touches cryptography exactly', () => {
    const cryptographic = Object.entries(manifest.dependencies).filter(([name]) => name.startsWith('@sigstore/'));
    expect(cryptographic.length).toBeGreaterThan(0);
    for (const [, version] of cryptographic) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('has a pack directory that needs nothing else', () => {
    const pack = path.join(root, 'dist', 'policy-pack');
    for (const file of ['PulumiPolicy.yaml', 'package.json', 'index.js']) expect(existsSync(path.join(pack, file))).toBe(true);
    // A tsconfig.json in a pack makes Pulumi's vendored TypeScript read it, and fail on options that it does not know.
    expect(existsSync(path.join(pack, 'tsconfig.json'))).toBe(false);
    expect(JSON.parse(readFileSync(path.join(pack, 'package.json'), 'utf8'))).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  it('loads the verification core with all that it exports, and without the code that looks at evidence', async () => {
    const script = `
      const core = require(${JSON.stringify(path.join(core, 'index.js'))});
      console.log(JSON.stringify({ names: Object.keys(core).sort(), files: Object.keys(require.cache) }));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: root });
    const { names, files } = JSON.parse(stdout) as { names: string[]; files: string[] };
    expect(files.map((file) => path.relative(core, file).replace(/-.*/, ''))).toEqual(['index.js', path.join('parts', 'chunk')]);
    expect(names).toEqual(Object.keys(verification).sort());
    expect(readdirSync(path.join(core, 'parts')).map((file) => file.replace(/-.*/, ''))).toEqual(['chunk', 'evidence']);
  });

  it('leaves out what nobody calls: one import { z } brings the forty languages of zod along', () => {
    expect(bundled).toContain('ZodError');
    expect(bundled).not.toContain(' attendu');
  });

  it('carries the licence of every library that is in those files', () => {
    const licences = readFileSync(path.join(core, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    // The TUF client has files of its own that it reads.
    for (const name of Object.keys(manifest.dependencies).filter((dependency) => dependency !== '@sigstore/tuf')) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, `, 'm'));
      expect(bundled).not.toContain(`require("${name}")`);
    }
  });

  it('keeps the policy pack free of components, and components free of verification', () => {
    const requires = (folder: string) =>
      compiled
        .filter((file) => file.startsWith(`${folder}${path.sep}`))
        .map((file) => readFileSync(path.join(root, 'dist', file), 'utf8'))
        .join('\n');
    expect(requires('policy-pack')).not.toMatch(/require\("\.\.?\/.*components/);
    expect(requires('components')).not.toMatch(/require\("(?:\.\.\/)+verification(?:"|\/(?!trust-policy))/);
  });
});
