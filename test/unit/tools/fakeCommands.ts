import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A machine of its own for the tools: PATH has only the commands that a test puts there, and the cache is empty. */
export class FakeMachine {
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'fake-machine-'));
  readonly #before = { PATH: process.env['PATH'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] };
  readonly bin = path.join(this.#directory, 'bin');
  readonly cache = path.join(this.#directory, 'cache');

  constructor() {
    mkdirSync(this.bin);
    process.env['PATH'] = this.bin;
    process.env['XDG_CACHE_HOME'] = this.cache;
  }

  /** @param script body of a shell script; PATH has nothing else, so it must name programs in full */
  command(name: string, script: string): void {
    const file = path.join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** A directory beside the others. */
  directory(name: string): string {
    const directory = path.join(this.#directory, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  remove(): void {
    for (const [name, value] of Object.entries(this.#before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
