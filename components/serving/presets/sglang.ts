import { mapInput } from '../../arguments/mapInput';
import type { ServerPreset } from './types';

/**
 * SGLang. Its image has no user of its own: any that is not root works, once its caches are in a place that it may write to.
 * It finishes running requests on SIGTERM by itself.
 */
export const sglang: ServerPreset = {
  title: 'SGLang',
  user: 1000,
  group: 1000,
  port: 30_000,
  furtherPorts: [],
  readinessPath: '/health',
  livenessPath: '/health',
  writableDirectories: [],
  sharesMemory: false,
  loads: { adapters: true, tokenizer: true, draftModel: true },
  modelIsFile: false,
  command: ['python3', '-m', 'sglang.launch_server'],
  ownedOptions: [
    { names: ['--host'], instead: 'remove it: the server listens on the pod, and the network policy says who reaches it' },
    { names: ['--port'], instead: 'set port' },
    { names: ['--model-path', '--model', '--config'], instead: 'set model' },
    { names: ['--served-model-name'], instead: 'set model.name' },
    { names: ['--load-format'], instead: 'remove it: weights are safetensors, which hold no code' },
    { names: ['--download-dir'], instead: 'remove it: nothing is downloaded' },
    { names: ['--tp-size', '--tp', '--tensor-parallel-size'], instead: 'set gpu.tensorParallelSize' },
    { names: ['--enable-lora', '--lora-paths'], instead: 'set adapters' },
    { names: ['--tokenizer-path'], instead: 'set tokenizer' },
    { names: ['--speculative-draft-model-path', '--speculative-draft-model'], instead: 'set draftModel' },
  ],
  arguments: ({ modelPath, modelName, port, tensorParallelSize, adapters, tokenizerPath, draftModelPath }) => [
    '--model-path',
    modelPath,
    ...['--served-model-name', modelName, '--host', '0.0.0.0', '--port'],
    mapInput(port, String),
    ...['--load-format', 'safetensors'],
    ...(tensorParallelSize > 1 ? ['--tp-size', String(tensorParallelSize)] : []),
    ...(tokenizerPath === undefined ? [] : ['--tokenizer-path', tokenizerPath]),
    ...(draftModelPath === undefined ? [] : ['--speculative-algorithm', 'STANDALONE', '--speculative-draft-model-path', draftModelPath]),
    ...(adapters.length === 0
      ? []
      : ['--enable-lora', '--lora-paths', ...adapters.map(({ name, path }) => mapInput(path, (directory) => `${name}=${directory}`))]),
  ],
  environment: () => ({ FLASHINFER_WORKSPACE_BASE: '/cache', OUTLINES_CACHE_DIR: '/cache/outlines' }),
};
