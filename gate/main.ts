#!/usr/bin/env node
import { runningCommand } from './running/command';
import { quoted, shown } from '../printing';
import { EXIT } from './exitCodes';

const USAGE = `model-gate COMMAND

commands:
  running   compares what runs in a cluster with the trust policy: model-gate running --help
`;

/** The command line. Output goes to stdout; what went wrong goes to stderr. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'running':
      return runningCommand(args, process);
    case '--help':
    case 'help':
      process.stdout.write(USAGE);
      return EXIT.ok;
    case undefined:
      process.stderr.write(USAGE);
      return EXIT.usage;
    default:
      process.stderr.write(`there is no command ${quoted(command)}\n\n${USAGE}`);
      return EXIT.usage;
  }
}

main(process.argv.slice(2)).then(
  // Not process.exit: output to a pipe may still be on its way.
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`model-gate failed: ${shown(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = EXIT.unchecked;
  },
);
