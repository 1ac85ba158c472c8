/**
 * The processes above a pack: `pulumi`, which starts a language host in the directory of the program, which starts the pack in the pack's. The
 * pack reads where they are, so a pack that a test starts by itself knows no project.
 */
const { spawn } = require('node:child_process');

const [role, ...args] = process.argv.slice(2);
const node = (script, scriptArgs, cwd) =>
  spawn(process.execPath, [script, ...scriptArgs], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

// Like the real ones: only the host has the address of the engine among its arguments.
if (role === 'pulumi') {
  const [program, address, ...rest] = JSON.parse(process.env.HOST_STAND_IN);
  node(process.argv[1], ['host', ...rest, address], program);
} else {
  const [runner, pack, address] = args;
  node(runner, [address, pack], pack).on('exit', (code) => process.exit(code ?? 1));
}
