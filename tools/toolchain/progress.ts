/** Visible progress of preparation: which step, n of m, seconds. Rewrites one line on a terminal, prints plain lines elsewhere. */
export async function withProgress<T>(label: string, work: () => Promise<T>, stream: NodeJS.WriteStream = process.stdout): Promise<T> {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  const terminal = stream.isTTY;
  if (terminal) stream.write(`${label} ...`);
  else stream.write(`${label} ...\n`);
  // A build of minutes must be seen to live, also in a CI log.
  const ticker = setInterval(
    () => stream.write(terminal ? `\r${label} ... ${seconds()}` : `${label} ... ${seconds()}\n`),
    terminal ? 1000 : 30_000,
  );
  try {
    const value = await work();
    stream.write(`${terminal ? '\r' : ''}${label} ... done in ${seconds()}\n`);
    return value;
  } catch (error) {
    stream.write(`${terminal ? '\r' : ''}${label} ... failed after ${seconds()}\n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}
