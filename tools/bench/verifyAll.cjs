// Verifies references in a process of its own, from the compiled package, and prints what came out. Argument: one JSON object.
const { readFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const { core, policyFile, references, options } = JSON.parse(process.argv[2]);

function peakMegabytes() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

async function main() {
  const { ImageVerifier, loadTrustPolicy } = require(core);
  const policy = await loadTrustPolicy(policyFile);
  if (!policy.ok) throw new Error(JSON.stringify(policy.finding));
  const verifier = new ImageVerifier(policy.value, options);
  const pauses = monitorEventLoopDelay({ resolution: 5 });
  pauses.enable();
  const verdicts = await Promise.all(references.map((reference) => verifier.verify(reference)));
  const outcomes = verdicts.map(({ outcome }) => outcome);
  pauses.disable();
  const longestPauseMs = pauses.max / 1e6;
  process.stdout.write(JSON.stringify({ outcomes, longestPauseMs, peakMegabytes: peakMegabytes() }), () => process.exit(0));
}

void main();
