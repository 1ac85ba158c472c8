// Runs one of our scripts on a fresh machine: installs the locked dependencies when they are missing or older than the lock file,
// then hands over to Node 24 (a dev dependency) with TypeScript switched on. Plain JavaScript without dependencies, because it runs
// before anything is installed and on whatever Node (20 or newer) the machine has.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const fail = (message) => {
  console.error(message);
  process.exit(2);
};

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) fail(`Node ${process.versions.node} is too old: install Node 20 or newer (https://nodejs.org) and run this again.`);

const [script, ...args] = process.argv.slice(2);
if (!script) fail('usage: node tools/bootstrap.cjs SCRIPT.ts [ARG ...]');

/** Whether node_modules holds what the lock file says; npm keeps its own record of what it installed. */
function isInstalled() {
  const packagesOf = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
  try {
    const installed = packagesOf('node_modules/.package-lock.json');
    return Object.entries(packagesOf('package-lock.json')).every(
      ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
    );
  } catch {
    return false; // no record, or one that npm did not finish
  }
}

if (!isInstalled()) {
  console.log('Installing the locked npm dependencies (npm ci) ...');
  const started = Date.now();
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail(`npm ci failed with exit code ${result.status}: see above. Nothing else was started.`);
  console.log(`Dependencies installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

const node = path.join(root, 'node_modules', 'node', 'bin', 'node');
if (!fs.existsSync(node)) {
  fail(
    `${path.relative(root, node)} is missing: npm did not run the install script of the package "node".\nRun: npm install-scripts approve node && npm rebuild node`,
  );
}
const bin = path.join(root, 'node_modules', '.bin');
const result = spawnSync(node, ['--import', 'tsx', path.join(root, script), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: [bin, path.dirname(node), process.env.PATH].join(path.delimiter) },
});
process.exit(result.status ?? 1);
