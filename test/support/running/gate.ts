import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runningCommand } from '../../../gate/running/command';
import { RELEASE_WORKFLOW } from '../supplyChain';
import type { SupplyChain } from '../supplyChain';
import type { Answer } from '../attack/attempt';

/** A pod as kubectl prints it; its image is as given. */
export function runningPod(name: string, image: unknown, fields: { metadata?: object; spec?: object; status?: object } = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ml', ...fields.metadata },
    spec: { containers: [{ name: 'server', image }], ...fields.spec },
    status: { phase: 'Running', ...fields.status },
  };
}

/** What `model-gate running` did. */
export interface GateRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `model-gate running` on a supply chain of the tests. */
export class RunningGate {
  readonly #supplyChain: SupplyChain;
  readonly #trustPolicy: string;

  constructor(supplyChain: SupplyChain) {
    this.#supplyChain = supplyChain;
    this.#trustPolicy = supplyChain.writeTrustPolicy(mkdtempSync(path.join(tmpdir(), 'running-gate-')));
  }

  /** A signed image by digest. */
  async signed(repository: string): Promise<string> {
    const image = this.#supplyChain.push(repository);
    await this.#supplyChain.sign(image, RELEASE_WORKFLOW);
    return image.reference;
  }

  /** An unsigned image by digest. */
  unsigned(repository: string): string {
    return this.#supplyChain.push(repository).reference;
  }

  async run(items: readonly unknown[], ...args: readonly string[]): Promise<GateRun> {
    return this.runText(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), ...args);
  }

  async runText(input: string, ...args: readonly string[]): Promise<GateRun> {
    const out = { stdout: '', stderr: '' };
    const streams = {
      stdin: Readable.from([input]),
      stdout: { write: (text: string) => (out.stdout += text) },
      stderr: { write: (text: string) => (out.stderr += text) },
    };
    const code = await runningCommand(['--trust-policy', this.#trustPolicy, '--without-reports', ...args], streams, {});
    return { code, ...out };
  }

  /** The answer of the command in the words of the attack suite: its codes, and whether it could judge at all. */
  async answer(items: readonly unknown[]): Promise<Answer> {
    const { code, stdout } = await this.run(items);
    const codes = [...stdout.matchAll(/ \[([a-z-]+)\]$/gm)].map(([, found = '']) => found);
    return { outcome: (['verified', 'rejected', 'undetermined', 'refused'] as const)[code] ?? 'refused', codes };
  }
}
