import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';

const root = path.join(__dirname, '..');

/** Loaded by few policies, and with files of its own; or installed by the user. */
const EXTERNAL = ['@sigstore/tuf', '@sigstore/tuf/*', '@aws-sdk/client-kms'];
/** The TUF client, with what it needs: a file of its own, for the few policies with such a trust root. */
const TUF = { module: './tufFetcher.js', source: 'verification/sigstore/tufFetcher.ts', name: 'tuf' };
/** Asked for by `require`, with the first pattern of a policy: a file of its own, which most runs never read. It is one file as it is. */
const LATER = { name: 're2js', file: 'node_modules/re2js/build/index.cjs' };
/** In modules, the bundler puts a function of its own in the place of `require`. */
const ASKED_FOR = new RegExp(`(?:\\(0, \\w+\\.__require\\)|\\b__require|\\brequire)\\("${LATER.name}"\\)`, 'g');
const TARGET = 'node22.22';
const LICENCE_FILE = /^(licen[cs]e|notice)(\.(md|txt))?$/i;

/** The module form of the package, of which the bundler can leave out what nobody calls. */
const ALIAS = { yaml: path.join(root, 'node_modules', 'yaml', 'browser', 'index.js') };

/**
 * Puts the compiled verification core and the libraries that it needs into a few files without what nobody calls, in the place of its entry:
 * a preview and a command load it before they can do anything, and four hundred small files take three times as long. What `import()` asks
 * for is a file of its own under `parts/`, with what the entry shares with it in another. Not minified, so that it can be read, and so that
 * stack traces say something.
 *
 * The licences of the libraries are kept beside it.
 *
 * @param dist where `verification/index.js` is, compiled
 */
export async function bundleVerification(dist: string): Promise<void> {
  const directory = path.join(dist, 'verification');
  // The bundler splits modules only, and everything that loads us is CommonJS: so as modules first, and each file translated then.
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['verification/index.ts'],
    outdir: directory,
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    alias: ALIAS,
    external: [...EXTERNAL, LATER.name, TUF.module],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  mkdirSync(path.join(directory, 'parts'), { recursive: true });
  copyFileSync(path.join(root, LATER.file), path.join(directory, `${LATER.name}.js`));
  const tuf = await build({
    absWorkingDir: root,
    entryPoints: [TUF.source],
    outfile: path.join(directory, `${TUF.name}.js`),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: TARGET,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  let asking = 0;
  for (const { path: file, text } of outputFiles) {
    // `require` for `import()` too: the first real one loads Node's module loader, which takes longer than the file.
    const { code } = await transform(text, { format: 'cjs', platform: 'node', target: TARGET, supported: { 'dynamic-import': false } });
    const here = path.dirname(file) === directory ? '.' : '..';
    const linked = code.replaceAll(ASKED_FOR, `require("${here}/${LATER.name}.js")`);
    if (linked !== code) asking += 1;
    writeFileSync(file, linked.replaceAll(`require("${TUF.module}")`, `require("${here}/${TUF.name}.js")`));
  }
  // Else it would be looked for among the installed packages, and a copy of these files alone would fail at the first pattern.
  if (asking === 0) throw new Error(`no file of the bundle asks for ${LATER.name}`);
  const outputs = [...Object.values(metafile.outputs), ...Object.values(tuf.metafile.outputs)];
  const inputs = [LATER.file, ...outputs.flatMap((output) => Object.keys(output.inputs))];
  const packages = new Set(inputs.flatMap((input) => packageDirectory(input) ?? []));
  writeFileSync(path.join(directory, 'THIRD-PARTY-LICENSES.txt'), [...packages].sort().map(licenceOf).join('\n'));
}

/** `node_modules/@sigstore/core/dist/x.js`: `node_modules/@sigstore/core` */
function packageDirectory(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceOf(directory: string): string {
  const absolute = path.join(root, directory);
  const { name, version, license } = JSON.parse(readFileSync(path.join(absolute, 'package.json'), 'utf8')) as Record<string, string>;
  const files = readdirSync(absolute).filter((file) => LICENCE_FILE.test(file));
  // `@sigstore/verify` is published without the text of its licence, which is the same as ours.
  const missing = license === 'Apache-2.0' ? ['The text is in the file LICENSE of this package.'] : undefined;
  const texts = files.length > 0 ? files.map((file) => readFileSync(path.join(absolute, file), 'utf8').trim()) : missing;
  if (name === undefined || version === undefined || texts === undefined) {
    throw new Error(`${directory} is put into the bundle and has no licence that could go with it`);
  }
  return [`${name} ${version}, ${license}`, ...texts, ''].join('\n\n');
}
