import { mapInput } from '../../arguments/mapInput';
import type { ServerPreset } from './types';

/**
 * vLLM, started with `vllm serve` (0.18 or later, which brought `--shutdown-timeout`).
 *
 * User 2000 and group 0 are what the image is prepared for: other users are nobody's in it, and crash on directories that they cannot write.
 * `--load-format safetensors`, because `auto` falls back to pickle files, which run code when they are loaded.
 */
export const vllm: ServerPreset = {
  title: 'vLLM',
  user: 2000,
  group: 0,
  port: 8000,
  furtherPorts: [],
  readinessPath: '/health',
  livenessPath: '/health',
  writableDirectories: [],
  sharesMemory: false,
  loads: { adapters: true, tokenizer: true, draftModel: true },
  modelIsFile: false,
  command: ['vllm', 'serve'],
  ownedOptions: [
    { names: ['--host', '--uds'], instead: 'remove it: the server listens on the pod, and the network policy says who reaches it' },
    { names: ['--port'], instead: 'set port' },
    { names: ['--model', '--model-tag', '--config'], instead: 'set model' },
    { names: ['--served-model-name'], instead: 'set model.name' },
    { names: ['--load-format'], instead: 'remove it: weights are safetensors, which hold no code' },
    { names: ['--download-dir'], instead: 'remove it: nothing is downloaded' },
    { names: ['--tensor-parallel-size', '-tp'], instead: 'set gpu.tensorParallelSize' },
    { names: ['--shutdown-timeout'], instead: 'set terminationSeconds' },
    { names: ['--enable-lora', '--lora-modules'], instead: 'set adapters' },
    { names: ['--tokenizer'], instead: 'set tokenizer' },
    { names: ['--speculative-config', '-sc'], instead: 'set draftModel' },
  ],
  arguments: ({ modelPath, modelName, port, tensorParallelSize, drainSeconds, adapters, tokenizerPath, draftModelPath }) => [
    modelPath,
    ...['--served-model-name', modelName, '--host', '0.0.0.0', '--port'],
    mapInput(port, String),
    ...['--load-format', 'safetensors', '--shutdown-timeout', String(drainSeconds)],
    ...(tensorParallelSize > 1 ? ['--tensor-parallel-size', String(tensorParallelSize)] : []),
    ...(tokenizerPath === undefined ? [] : ['--tokenizer', tokenizerPath]),
    ...(draftModelPath === undefined
      ? []
      : ['--speculative-config', mapInput(draftModelPath, (model) => JSON.stringify({ model, num_speculative_tokens: 5 }))]),
    ...(adapters.length === 0
      ? []
      : ['--enable-lora', '--lora-modules', ...adapters.map(({ name, path }) => mapInput(path, (directory) => `${name}=${directory}`))]),
  ],
  environment: () => ({
    VLLM_CACHE_ROOT: '/cache/vllm',
    VLLM_CONFIG_ROOT: '/cache/config/vllm',
    FLASHINFER_WORKSPACE_BASE: '/cache',
    VLLM_NO_USAGE_STATS: '1',
    // A media URL in a request would otherwise be followed wherever it redirects to.
    VLLM_MEDIA_URL_ALLOW_REDIRECTS: '0',
  }),
};
