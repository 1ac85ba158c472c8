import path from 'node:path';

/** What the demo prints: plain text that also reads well in a log. */
export function heading(text: string): void {
  process.stdout.write(`\n${text}\n${'='.repeat(text.length)}\n`);
}

export function paragraph(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

/** Environment as lines to paste into a shell; a CLI that we built is put on PATH. */
export function shellExports(env: Readonly<Record<string, string>>, cli: string): string[] {
  const exports = Object.entries(env)
    .filter(([name]) => name !== 'PWD' && name !== 'NO_COLOR')
    .map(([name, value]) => `  export ${name}='${value}'`);
  return path.isAbsolute(cli) ? [...exports, `  export PATH='${path.dirname(cli)}':"$PATH"`] : exports;
}
