/**
 * A small Node language host for the Pulumi engine, used only when no Pulumi is installed (the upstream host is not served as a Go module
 * that we could build). The engine starts it as `pulumi-language-nodejs ENGINE_ADDRESS` and reads the port from the first line of stdout.
 *
 * It implements what the engine needs for a preview or update of a Node program with Node policy packs: `Run` and `RunPlugin` hand over
 * to `@pulumi/pulumi/cmd/{run,run-policy-pack,run-plugin}`, resolved from the program's or plugin's own directory as upstream does.
 * Run natively by Node 24 (type stripping), so only erasable syntax and only package imports.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import grpc from '@grpc/grpc-js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import languageRpc from '@pulumi/pulumi/proto/language_grpc_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';

/** The program already told the user what went wrong: the engine should stop without a message of its own. */
const EXIT_LOGGED = 32;

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';

/** The entry script of a Pulumi command, from the copy of the SDK that the program or plugin itself uses. */
function sdkCommand(command: string, directory: string): string {
  return createRequire(path.join(directory, 'noop.js')).resolve(`@pulumi/pulumi/cmd/${command}`);
}

function mapToObject(map: { forEach(callback: (value: string, key: string) => void): void }): Record<string, string> {
  const entries: Record<string, string> = {};
  map.forEach((value, key) => (entries[key] = value));
  return entries;
}

const notFound = (directory: string) => `@pulumi/pulumi was not found from ${directory}: run npm install (or pulumi install) there`;

function run(call: grpc.ServerUnaryCall<language.RunRequest, language.RunResponse>, callback: grpc.sendUnaryData<language.RunResponse>) {
  const request = call.request;
  const info = request.getInfo();
  const programDirectory = info?.getProgramDirectory() || request.getPwd();
  const response = new language.RunResponse();
  let script: string;
  try {
    script = sdkCommand('run', programDirectory);
  } catch {
    response.setError(notFound(programDirectory));
    callback(null, response);
    return;
  }
  const args = ['--monitor', request.getMonitorAddress(), '--engine', engineAddress];
  const flags: Record<string, string> = {
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    'root-directory': info?.getRootDirectory() ?? '',
    parallel: String(request.getParallel()),
  };
  for (const [flag, value] of Object.entries(flags)) if (value) args.push(`--${flag}`, value);
  if (request.getDryrun()) args.push('--dry-run');
  args.push(info?.getEntryPoint() || '.', ...request.getArgsList());
  const child = spawn(process.execPath, [script, ...args], {
    cwd: request.getPwd(),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PULUMI_NODEJS_TYPESCRIPT: 'true',
      PULUMI_CONFIG: JSON.stringify(mapToObject(request.getConfigMap())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  let stderr = '';
  child.on('error', (error) => (stderr = error.message));
  child.on('close', (code) => {
    if (code === EXIT_LOGGED) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with exit code ${code}${stderr && `: ${stderr}`}`);
    callback(null, response);
  });
}

function runPlugin(call: grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>) {
  const request = call.request;
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const command = request.getKind() === 'analyzer' ? 'run-policy-pack' : 'run-plugin';
  let script: string;
  try {
    script = sdkCommand(command, directory);
  } catch {
    call.destroy(Object.assign(new Error(notFound(directory)), { code: grpc.status.FAILED_PRECONDITION }));
    return;
  }
  const env = Object.fromEntries(request.getEnvList().map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const child: ChildProcess = spawn(process.execPath, [script, ...request.getArgsList(), directory], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    const message = new language.RunPluginResponse();
    message.setStdout(chunk);
    call.write(message);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    const message = new language.RunPluginResponse();
    message.setStderr(chunk);
    call.write(message);
  });
  child.on('close', (code) => {
    const message = new language.RunPluginResponse();
    message.setExitcode(code ?? 1);
    call.write(message);
    call.end();
  });
  call.on('cancelled', () => child.kill('SIGKILL'));
}

const empty = (_call: unknown, callback: grpc.sendUnaryData<emptyProto.Empty>) => callback(null, new emptyProto.Empty());

const server = new grpc.Server({ 'grpc.max_receive_message_length': 400 * 1024 * 1024 });
server.addService(
  languageRpc.LanguageRuntimeService as unknown as grpc.ServiceDefinition,
  {
    run,
    runPlugin,
    cancel: empty,
    getPluginInfo: (_call: unknown, callback: grpc.sendUnaryData<plugin.PluginInfo>) => {
      const info = new plugin.PluginInfo();
      info.setVersion('0.0.0');
      callback(null, info);
    },
    getRequiredPlugins: (_call: unknown, callback: grpc.sendUnaryData<language.GetRequiredPluginsResponse>) =>
      callback(null, new language.GetRequiredPluginsResponse()),
    getRequiredPackages: (_call: unknown, callback: grpc.sendUnaryData<language.GetRequiredPackagesResponse>) =>
      callback(null, new language.GetRequiredPackagesResponse()),
  } as unknown as grpc.UntypedServiceImplementation,
);

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
