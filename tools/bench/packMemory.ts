import { readFileSync, readdirSync } from 'node:fs';

/**
 * Watches the peak memory of the pack's process (VmHWM of /proc, so Linux only) while the engine runs it.
 *
 * @returns a function that stops watching and gives the peak in MB, or undefined where /proc does not tell
 */
export function watchPackMemory(packDirectory: string): () => number | undefined {
  let peak: number | undefined;
  const sample = () => {
    for (const entry of readdirOrNothing('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const command = readOrNothing(`/proc/${entry}/cmdline`);
      if (!command.includes('run-policy-pack') || !command.includes(packDirectory)) continue;
      const kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readOrNothing(`/proc/${entry}/status`))?.[1] ?? 0);
      peak = Math.max(peak ?? 0, kilobytes / 1024);
    }
  };
  const timer = setInterval(sample, 50);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process ended between listing and reading
  }
}

function readdirOrNothing(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
