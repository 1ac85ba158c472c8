import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { AnalyzerClient } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
} from '@pulumi/pulumi/proto/analyzer_pb';
import type { AnalyzeResponse, AnalyzerInfo, EnforcementLevel } from '@pulumi/pulumi/proto/analyzer_pb';
import { build } from '../../../tools/build';
import { policyPackDirectory, repositoryRoot } from './pulumiProject';

const PROJECT = 'test';
const hostStandIn = path.join(__dirname, 'hostStandIn.cjs');
const runner = path.join(repositoryRoot, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');

/** What a policy said, as the engine gets it. */
export interface Diagnostic {
  readonly policy: string;
  readonly level: EnforcementLevel;
  readonly message: string;
  readonly urn: string;
}

/** A resource of a stack, with properties as they are sent: plain JSON. */
export interface PlannedResource {
  readonly type: string;
  readonly name?: string;
  readonly props: object;
}

const urnOf = ({ type, name }: PlannedResource): string => `urn:pulumi:dev::${PROJECT}::${type}::${name ?? 'example'}`;

/** The compiled pack as the language host starts it, spoken to as the engine speaks to it; the engine itself is in test/engine. */
export class PackProcess {
  readonly #child: ChildProcess;
  readonly #port: Promise<string>;
  #client: AnalyzerClient | undefined;
  #stdout = '';
  #stderr = '';

  private constructor(directory: string) {
    // The engine's address is not used: packs only listen.
    const chain = JSON.stringify([directory, '127.0.0.1:1', runner, policyPackDirectory]);
    this.#child = spawn(process.execPath, [hostStandIn, 'pulumi'], {
      cwd: directory,
      env: { ...process.env, NODE_OPTIONS: '', HOST_STAND_IN: chain },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, which ends together
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#port = new Promise((resolve, reject) => {
      this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        this.#stdout += text;
        if (this.#stdout.includes('\n')) resolve(this.#stdout.trim());
      });
      this.#child.once('exit', (code) => reject(new Error(`the pack ended with exit code ${code}:\n${this.#stderr}`)));
    });
  }

  /**
   * Starts the pack, which is compiled first when it is not there: `npm test` does that before.
   *
   * @param directory becomes a project without a program, in which Pulumi is called
   */
  static async start(directory: string): Promise<PackProcess> {
    // Written last, so it is there only when everything is.
    if (!existsSync(path.join(policyPackDirectory, 'package.json'))) await build();
    writeFileSync(path.join(directory, 'Pulumi.yaml'), `name: ${PROJECT}\nruntime: nodejs\n`);
    const pack = new PackProcess(directory);
    pack.#client = new AnalyzerClient(`127.0.0.1:${await pack.#port}`, credentials.createInsecure());
    return pack;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get client(): AnalyzerClient {
    if (this.#client === undefined) throw new Error('the pack has not started');
    return this.#client;
  }

  info(): Promise<AnalyzerInfo> {
    return promisify<Empty, AnalyzerInfo>(this.client.getAnalyzerInfo.bind(this.client))(new Empty());
  }

  async configureStack(dryRun: boolean): Promise<void> {
    const request = new AnalyzerStackConfigureRequest();
    request.setStack('dev');
    request.setProject(PROJECT);
    request.setDryRun(dryRun);
    await promisify<AnalyzerStackConfigureRequest, unknown>(this.client.configureStack.bind(this.client))(request);
  }

  /** What the policies about single resources say. */
  async analyze(resource: PlannedResource): Promise<readonly Diagnostic[]> {
    const request = new AnalyzeRequest();
    request.setType(resource.type);
    request.setUrn(urnOf(resource));
    request.setName(resource.name ?? 'example');
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(structOf(resource.props));
    return diagnosticsOf(await promisify<AnalyzeRequest, AnalyzeResponse>(this.client.analyze.bind(this.client))(request));
  }

  /** What the policies about whole stacks say. */
  async analyzeStack(resources: readonly PlannedResource[] = []): Promise<readonly Diagnostic[]> {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(
      resources.map((resource) => {
        const analyzed = new AnalyzerResource();
        analyzed.setType(resource.type);
        analyzed.setUrn(urnOf(resource));
        analyzed.setName(resource.name ?? 'example');
        analyzed.setOptions(new AnalyzerResourceOptions());
        analyzed.setProperties(structOf(resource.props));
        return analyzed;
      }),
    );
    return diagnosticsOf(await promisify<AnalyzeStackRequest, AnalyzeResponse>(this.client.analyzeStack.bind(this.client))(request));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    await ended;
  }
}

const structOf = (props: object): Struct => Struct.fromJavaScript(props as Record<string, never>);

function diagnosticsOf(response: AnalyzeResponse): readonly Diagnostic[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: diagnostic.getEnforcementlevel(),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn(),
  }));
}
