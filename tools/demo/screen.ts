/** What the demo prints: plain text that also reads well in a log. */
export function heading(text: string): void {
  process.stdout.write(`\n${text}\n${'='.repeat(text.length)}\n`);
}

export function paragraph(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

/** Environment as lines to paste into a shell. */
export function shellExports(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env)
    .filter(([name]) => name !== 'PWD' && name !== 'NO_COLOR')
    .map(([name, value]) => `  export ${name}='${value}'`);
}
