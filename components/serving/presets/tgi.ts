import type * as pulumi from '@pulumi/pulumi';

import { mapInput, mapInputs } from '../../arguments/mapInput';
import type { ServedFiles, ServerPreset } from './types';

/**
 * Hugging Face Text Generation Inference, in maintenance mode: for what still runs on it; vLLM and SGLang are what its authors point to.
 *
 * Its images since 3.1 keep Python below /root, where no other user may read: this preset needs 3.0 or an image that you build.
 * It listens on 8080 here, because its own port 80 is for root.
 */
export const tgi: ServerPreset = {
  title: 'TGI',
  user: 1000,
  group: 1000,
  port: 8080,
  furtherPorts: [],
  readinessPath: '/health',
  livenessPath: '/health',
  writableDirectories: [],
  sharesMemory: false,
  loads: { adapters: true, tokenizer: false, draftModel: false },
  modelIsFile: false,
  command: ['text-generation-launcher'],
  ownedOptions: [
    { names: ['--hostname'], instead: 'remove it: the server listens on the pod, and the network policy says who reaches it' },
    { names: ['--port', '-p'], instead: 'set port' },
    { names: ['--model-id'], instead: 'set model' },
    { names: ['--num-shard', '--sharded'], instead: 'set gpu.tensorParallelSize' },
    { names: ['--lora-adapters'], instead: 'set adapters' },
    { names: ['--huggingface-hub-cache', '--weights-cache-override'], instead: 'remove it: nothing is downloaded' },
  ],
  arguments: ({ modelPath, port, tensorParallelSize }) => [
    '--model-id',
    modelPath,
    ...['--hostname', '0.0.0.0', '--port'],
    mapInput(port, String),
    ...(tensorParallelSize > 1 ? ['--num-shard', String(tensorParallelSize)] : []),
  ],
  environment: ({ adapters }) => ({
    HUGGINGFACE_HUB_CACHE: '/cache/huggingface',
    USAGE_STATS: 'off',
    ...(adapters.length > 0 && { LORA_ADAPTERS: adapterList(adapters) }),
  }),
};

/** `name=directory,...` in one variable. */
function adapterList(adapters: readonly ServedFiles[]): pulumi.Input<string> {
  return adapters
    .map(({ name, path }) => mapInput(path, (directory) => `${name}=${directory}`))
    .reduce((list, next) => mapInputs(list, next, (one, two) => `${one},${two}`));
}
