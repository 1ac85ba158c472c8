import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readProcessChain } from '../../../policy-pack/project/processChain';
import { Verification } from '../../../policy-pack/verification';
import type { TrustPolicyConfig } from '../../../policy-pack/verification';
import * as core from '../../../verification';
import type { AttackOutcome, Answer } from '../attack/attempt';
import { PACK_PID, fakeProcesses, hostedChain } from './fakeProcesses';
import type { FakeProcess } from './fakeProcesses';
import { STRANGE_IMAGE } from './strictAndLax';

/** How the pack is started; what is left out is hidden. */
export interface Run {
  readonly pwd?: string;
  /** Directory of `pulumi`, and of the language host. */
  readonly cli?: string;
  readonly host?: string;
  /** All processes, instead of those two. */
  readonly processes?: readonly FakeProcess[];
  /** Set for a pack that is an executable file. */
  readonly startedIn?: string;
  readonly config?: TrustPolicyConfig;
  /** MODEL_SUPPLY_CHAIN_TRUST_POLICY */
  readonly variable?: string;
  /** Variables that resemble it. */
  readonly similarVariables?: readonly string[];
  readonly isConfigured?: boolean;
}

/** Projects and trust policies in a directory of their own; `work` in it is a git repository. */
export class PolicyWorld {
  readonly root = realpathSync(mkdtempSync(path.join(tmpdir(), 'policy-world-')));

  constructor() {
    this.folder('work', '.git');
  }

  at(...parts: readonly string[]): string {
    return path.join(this.root, ...parts);
  }

  folder(...parts: readonly string[]): string {
    mkdirSync(this.at(...parts), { recursive: true });
    return this.at(...parts);
  }

  /** A project file; returns its directory. */
  project(place: string, { name = 'infra', main = '', file = 'Pulumi.yaml' } = {}): string {
    const directory = this.folder(place);
    writeFileSync(path.join(directory, file), JSON.stringify({ name, runtime: 'nodejs', ...(main !== '' && { main }) }));
    return directory;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The pack's choice for project `infra` under made-up processes; the files are real. */
export function startedPack(run: Run) {
  const processes = fakeProcesses(
    run.processes ?? hostedChain({ ...(run.cli !== undefined && { cli: run.cli }), ...(run.host !== undefined && { host: run.host }) }),
  );
  const lines: string[] = [];
  const verification = new Verification({
    engine: { isConfigured: () => run.isConfigured ?? true },
    origin: {
      chain: readProcessChain(processes, { pid: PACK_PID, ...(run.startedIn !== undefined && { startedIn: run.startedIn }) }),
      pwd: run.pwd,
      trustPolicyVariable: run.variable,
      ...(run.similarVariables && { similarVariables: run.similarVariables }),
    },
    announce: (line) => lines.push(line),
  });
  // The pack loads the core from its built form, which tests do not have.
  return { verification: Object.assign(verification, { core: () => Promise.resolve(core) }), lines };
}

/** Which file decides, what is reported about others, or the code of the finding. */
export async function decide(run: Run) {
  const { verification, lines } = startedPack(run);
  const opened = await verification.open({ trustPolicy: run.config }, 'infra');
  if (!opened.ok) return { code: opened.finding.code, text: core.formatFinding(opened.finding) };
  const notices = opened.value.lint().filter(({ code }) => code === 'trust-policy-unused');
  const [line = ''] = lines;
  return { used: /^trust policy: (.*?), sha256:[0-9a-f]{64}, 1 policy \(/.exec(line)?.[1], line, lines: lines.length, notices };
}

/** What a preview says about the strange image, for attempts. */
export async function previewOfStrangeImage(run: Run): Promise<Answer> {
  const { verification } = startedPack(run);
  const opened = await verification.open({ trustPolicy: run.config }, 'infra');
  const notices = opened.ok ? opened.value.lint().filter(({ code }) => code === 'trust-policy-unused') : [];
  const verdict = await verification.verify({ trustPolicy: run.config }, STRANGE_IMAGE, 'infra');
  const runs = verdict.outcome === 'verified' || verdict.enforcement === 'ignore';
  const outcome: AttackOutcome = runs ? (notices.length > 0 ? 'advised' : 'accepted') : verdict.outcome;
  const findings = verdict.outcome === 'verified' ? [] : verdict.findings;
  return { outcome, codes: [...notices, ...findings].map(({ code }) => code) };
}
