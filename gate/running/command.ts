import { createReadStream } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  chooseTrustPolicy,
  describeTrustPolicySource,
  formatFinding,
  ImageVerifier,
  isSamePlace,
  loadTrustPolicy,
  TRUST_POLICY_VARIABLE,
} from '../../verification';
import type { ImageVerifierOptions, LoadedTrustPolicy, Result, Verdict } from '../../verification';
import { quoted, shown } from '../../printing';
import { EXIT } from '../exitCodes';
import type { ExitCode } from '../exitCodes';
import { INPUT_LIMIT, parseClusterState } from './clusterState';
import { joinReports } from './joinReports';
import { isRejected, isUnchecked, renderJson, renderText } from './render';
import type { ClusterState } from './types';

const USAGE = `kubectl get policyreports,pods,namespaces -A -o json | model-gate running [options]

Compares what runs in a cluster with the trust policy: verifies the image of every running pod now, and reads what the background scan of
Kyverno reported about it. With namespaces in the input, only those under enforcement are looked at.

  --trust-policy FILE   default: what MODEL_SUPPLY_CHAIN_TRUST_POLICY names, or trust-policy.yaml, here or above within the repository
  --input FILE          what kubectl printed; default: standard input
  --admission NAME      name of the ModelAdmission whose policies report (default: models)
  --without-reports     the cluster has no reports: only the trust policy is asked
  --output FORMAT       text (default) or json

exit code: 0 all running workloads verify, and the cluster agrees; 1 a workload runs what the trust policy or the cluster rejects;
2 something could not be checked (an item or image by itself too), or nothing runs; 3 wrong options, or input that is no list
`;

/** Where the command reads and writes. */
export interface Streams {
  readonly stdin: AsyncIterable<unknown>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `model-gate running`. See docs/running-workloads.md. */
export async function runningCommand(
  args: readonly string[],
  streams: Streams,
  verifierOptions: ImageVerifierOptions = { cache: {} },
): Promise<ExitCode> {
  const usage = (problem: string): ExitCode => {
    streams.stderr.write(`model-gate running: ${problem}\n`);
    return EXIT.usage;
  };
  const parsed = readOptions(args);
  if (typeof parsed === 'string') return usage(`${parsed}\n\n${USAGE}`);
  if (parsed.help === true) {
    streams.stdout.write(USAGE);
    return EXIT.ok;
  }
  const text = await readBounded(parsed.input === undefined ? streams.stdin : createReadStream(parsed.input));
  if (!text.ok) return usage(text.problem);
  const state = parseClusterState(text.value);
  if (!state.ok) return usage(`the input cannot be read:\n  ${state.problems.join('\n  ')}`);

  const named = parsed['trust-policy'] ?? process.env[TRUST_POLICY_VARIABLE];
  if (parsed['trust-policy'] === undefined && named !== undefined && !path.isAbsolute(named))
    return usage(`${TRUST_POLICY_VARIABLE}: expected an absolute path, got ${quoted(named)}`);
  const loaded = named === undefined ? await nearestTrustPolicy(process.cwd(), process.env['PWD']) : await loadTrustPolicy(named);
  if (!loaded.ok) {
    streams.stderr.write(`${formatFinding(loaded.finding)}\n`);
    return EXIT.unchecked;
  }
  for (const notice of loaded.value.notices ?? []) streams.stderr.write(`${formatFinding(notice)}\n`);
  const { pods, reports, unread } = state.value;
  if (pods.length === 0 && unread.length === 0) {
    streams.stderr.write(
      `no pod of the input is to be looked at (${state.value.passedOver} ended, or stand in namespaces without enforcement), so nothing was checked; next: look what kubectl printed\n`,
    );
    return EXIT.unchecked;
  }
  const verdicts = await verifyAll(state.value, new ImageVerifier(loaded.value, verifierOptions));
  const options = { admission: parsed.admission, withReports: parsed['without-reports'] !== true };
  const workloads = joinReports(reports, pods, verdicts, options);
  // Which file decided is part of the result.
  const source = loaded.value;
  streams.stdout.write(
    parsed.output === 'json'
      ? renderJson(workloads, source, unread)
      : `${describeTrustPolicySource(source)}\n${renderText(workloads, unread)}`,
  );
  if (workloads.some(isRejected)) return EXIT.rejected;
  return unread.length > 0 || workloads.some(isUnchecked) ? EXIT.unchecked : EXIT.ok;
}

/** As in a preview of a project in this directory; where the shell came through links, both ways have to lead to the same policy. */
async function nearestTrustPolicy(root: string, pwd: string | undefined): Promise<Result<LoadedTrustPolicy>> {
  const linkedRoot = pwd !== undefined && path.isAbsolute(pwd) && isSamePlace(pwd, root) ? path.resolve(pwd) : root;
  const chosen = await chooseTrustPolicy({ root, linkedRoot, program: root }, undefined);
  return chosen.ok ? { ok: true, value: chosen.value.policy } : chosen;
}

/** The options, or what is wrong with them. */
function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        'trust-policy': { type: 'string' },
        input: { type: 'string' },
        admission: { type: 'string', default: 'models' },
        'without-reports': { type: 'boolean' },
        output: { type: 'string', default: 'text' },
        help: { type: 'boolean' },
      },
    });
    if (!['text', 'json'].includes(values.output)) return `--output: expected text or json, found ${quoted(values.output)}`;
    return values;
  } catch (error) {
    return shown(error instanceof Error ? error.message : String(error));
  }
}

type Read = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string };

async function readBounded(stream: AsyncIterable<unknown>): Promise<Read> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Buffer | string);
      size += bytes.length;
      if (size > INPUT_LIMIT)
        return { ok: false, problem: `the input is larger than ${INPUT_LIMIT} bytes; next: ask namespace by namespace` };
      chunks.push(bytes);
    }
  } catch (error) {
    return { ok: false, problem: `the input cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
  return { ok: true, value: Buffer.concat(chunks).toString('utf8') };
}

async function verifyAll({ pods }: ClusterState, verifier: ImageVerifier): Promise<ReadonlyMap<string, Verdict>> {
  const references = [
    ...new Set(pods.flatMap(({ images }) => images.flatMap(({ reference, notChecked }) => (notChecked === undefined ? [reference] : [])))),
  ];
  return new Map(await Promise.all(references.map(async (reference) => [reference, await verifier.verify(reference)] as const)));
}
