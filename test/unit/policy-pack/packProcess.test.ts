import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { AnalyzerClient } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import {
  AnalyzeRequest,
  AnalyzeStackRequest,
  AnalyzerResourceOptions,
  AnalyzerStackConfigureRequest,
  EnforcementLevel,
  PolicySeverity,
} from '@pulumi/pulumi/proto/analyzer_pb';
import type { AnalyzeResponse, AnalyzerInfo } from '@pulumi/pulumi/proto/analyzer_pb';
import { build } from '../../../tools/build';
import { policyPackDirectory, repositoryRoot } from '../../support/engine/pulumiProject';
import { goodModelPod } from '../../support/hardening/modelPods';
import { DIGEST } from './packArguments';

/** The compiled pack as the language host starts it, spoken to as the engine speaks to it; the engine itself is in test/engine. `npm test` compiles it first. */
jest.setTimeout(60_000);

const runner = path.join(repositoryRoot, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');

class PackProcess {
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  /** @param directory where the user is said to have called Pulumi */
  constructor(directory: string) {
    // The engine's address is not used: packs only listen.
    this.#child = spawn(process.execPath, [runner, '127.0.0.1:1', policyPackDirectory], {
      cwd: policyPackDirectory,
      env: { ...process.env, NODE_OPTIONS: '', PWD: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
  }

  get stdout(): string {
    return this.#stdout;
  }

  async connect(): Promise<AnalyzerClient> {
    await new Promise<void>((resolve, reject) => {
      this.#child.stdout?.on('data', () => {
        if (this.#stdout.includes('\n')) resolve();
      });
      this.#child.once('exit', (code) => reject(new Error(`the pack ended with exit code ${code}:\n${this.#stderr}`)));
    });
    return new AnalyzerClient(`127.0.0.1:${this.#stdout.trim()}`, credentials.createInsecure());
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

describe('when the engine starts the pack', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'pack-process-'));
  let pack: PackProcess;
  let client: AnalyzerClient;

  beforeAll(async () => {
    // Written last, so it is there only when everything is.
    if (!existsSync(path.join(policyPackDirectory, 'package.json'))) await build();
    pack = new PackProcess(directory);
    client = await pack.connect();
  });
  afterAll(async () => {
    await pack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const info = () => promisify<Empty, AnalyzerInfo>(client.getAnalyzerInfo.bind(client))(new Empty());
  const configureStack = (dryRun: boolean) => {
    const request = new AnalyzerStackConfigureRequest();
    request.setStack('dev');
    request.setDryRun(dryRun);
    return promisify<AnalyzerStackConfigureRequest, unknown>(client.configureStack.bind(client))(request);
  };
  const analyze = (image: string) => analyzePod({ spec: { containers: [{ name: 'server', image }] } });
  const analyzePod = async (pod: object) => {
    const request = new AnalyzeRequest();
    request.setType('kubernetes:core/v1:Pod');
    request.setUrn('urn:pulumi:dev::test::kubernetes:core/v1:Pod::example');
    request.setName('example');
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(Struct.fromJavaScript(pod as Record<string, never>));
    return diagnosticsOf(await promisify<AnalyzeRequest, AnalyzeResponse>(client.analyze.bind(client))(request));
  };
  const analyzeStack = async () =>
    diagnosticsOf(await promisify<AnalyzeStackRequest, AnalyzeResponse>(client.analyzeStack.bind(client))(new AnalyzeStackRequest()));
  const diagnosticsOf = (response: AnalyzeResponse) =>
    response.getDiagnosticsList().map((diagnostic) => ({
      policy: diagnostic.getPolicyname(),
      level: diagnostic.getEnforcementlevel(),
      message: diagnostic.getMessage(),
    }));

  it('names itself and shows the policies with their metadata', async () => {
    const analyzer = await info();
    expect(analyzer.getName()).toBe('model-supply-chain');
    expect(analyzer.getVersion()).toMatch(/^\d+\.\d+\.\d+/);
    expect(analyzer.getSupportsconfig()).toBe(true);
    const policies = analyzer.getPoliciesList();
    expect(policies.map((policy) => [policy.getName(), policy.getEnforcementlevel(), policy.getSeverity()])).toEqual([
      ['require-verified-image', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_CRITICAL],
      ['disallow-unpinned-image', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_HIGH],
      ['disallow-unknown-image', EnforcementLevel.ADVISORY, PolicySeverity.POLICY_SEVERITY_MEDIUM],
      ['require-hardened-model-pod', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_HIGH],
      ['disallow-dangerous-server-options', EnforcementLevel.MANDATORY, PolicySeverity.POLICY_SEVERITY_CRITICAL],
    ]);
    for (const policy of policies) {
      expect(policy.getDisplayname()).not.toBe('');
      expect(policy.getDescription()).not.toBe('');
      expect(policy.getRemediationSteps()).not.toBe('');
      expect(policy.getUrl()).toContain(policy.getName());
      expect(policy.getTagsList()).toContain('supply-chain');
    }
    expect(policies[0]?.getConfigschema()?.getProperties()?.toJavaScript()).toHaveProperty('trustPolicy');
  });

  it('blocks while there is no trust policy: told once in a preview, for every resource in an update', async () => {
    const image = `ghcr.io/acme/model@${DIGEST}`;
    await configureStack(true);
    const preview = [...(await analyze(image)), ...(await analyze(image)), ...(await analyzeStack())];
    expect(preview.map(({ policy, level }) => [policy, level])).toEqual([['require-verified-image', EnforcementLevel.MANDATORY]]);
    expect(preview[0]?.message).toContain('[trust-policy-missing]');
    expect(preview[0]?.message).toContain(path.join(directory, 'trust-policy.yaml'));
    await configureStack(false);
    for (let resource = 0; resource < 2; resource++) {
      expect((await analyze(image)).map(({ level }) => level)).toEqual([EnforcementLevel.MANDATORY]);
    }
  });

  it('blocks a tag beside it', async () => {
    await configureStack(true);
    const diagnostics = await analyze('ghcr.io/acme/model:v1');
    expect(diagnostics.map(({ policy, level }) => [policy, level])).toEqual([['disallow-unpinned-image', EnforcementLevel.MANDATORY]]);
  });

  it('blocks a pod of a model that is not hardened, and options that open holes', async () => {
    await configureStack(true);
    const diagnose = async (change: (server: Record<string, unknown>) => void) => {
      const pod = goodModelPod(1);
      change(pod.spec['containers'][0]);
      const about = (await analyzePod(pod)).filter(({ policy }) => /pod|options/.test(policy));
      return about.map(({ policy, level, message }) => [policy, level, /\[([\w-]+)\] (\S+):/.exec(message)?.slice(1)]);
    };
    expect(await diagnose(() => undefined)).toEqual([]);
    expect(await diagnose((server) => delete server['securityContext'])).toEqual([
      [
        'require-hardened-model-pod',
        EnforcementLevel.MANDATORY,
        ['allowPrivilegeEscalation', 'spec.containers[0].securityContext.allowPrivilegeEscalation'],
      ],
    ]);
    expect(await diagnose((server) => delete server['livenessProbe'])).toEqual([
      ['require-hardened-model-pod', EnforcementLevel.ADVISORY, ['probes', 'spec.containers[0].livenessProbe']],
    ]);
    expect(await diagnose((server) => (server['args'] as string[]).push('--trust-remote-code'))).toEqual([
      ['disallow-dangerous-server-options', EnforcementLevel.MANDATORY, ['option-trust-remote-code', 'spec.containers[0].args[3]']],
    ]);
  });

  it('writes nothing but the port to stdout, at the start and through all of this', async () => {
    await info();
    expect(pack.stdout).toMatch(/^\d+\n$/);
  });
});
