import { mapInput } from '../../arguments/mapInput';
import type { ServerPreset } from './types';

/**
 * llama-server of llama.cpp. The model is one GGUF file, a format without code. `--offline` keeps it from asking hubs, and the web page
 * and the inspection of other people's requests (`/slots`, which shows prompts) stay off.
 */
export const llamaCpp: ServerPreset = {
  title: 'llama.cpp',
  user: 1000,
  group: 1000,
  port: 8080,
  furtherPorts: [],
  readinessPath: '/health',
  livenessPath: '/health',
  writableDirectories: [],
  sharesMemory: false,
  loads: { adapters: true, tokenizer: false, draftModel: true },
  modelIsFile: true,
  command: ['/app/llama-server'],
  ownedOptions: [
    { names: ['--host'], instead: 'remove it: the server listens on the pod, and the network policy says who reaches it' },
    { names: ['--port'], instead: 'set port' },
    { names: ['--model', '-m'], instead: 'set model and model.file' },
    { names: ['--alias', '-a'], instead: 'set model.name' },
    { names: ['--lora', '--lora-scaled'], instead: 'set adapters' },
    { names: ['--model-draft', '-md', '--spec-draft-model'], instead: 'set draftModel' },
    {
      names: ['--offline', '--no-webui', '--webui', '--no-ui', '--ui', '--slots', '--no-slots'],
      instead: 'remove it: it is set, to the strict value',
    },
  ],
  arguments: ({ modelPath, modelName, port, adapters, draftModelPath }) => [
    '--model',
    modelPath,
    ...['--alias', modelName, '--host', '0.0.0.0', '--port'],
    mapInput(port, String),
    ...['--offline', '--no-webui', '--no-slots'],
    ...(draftModelPath === undefined ? [] : ['--model-draft', draftModelPath]),
    ...adapters.flatMap(({ path }) => ['--lora', path]),
  ],
  environment: () => ({ LLAMA_CACHE: '/cache/llama.cpp' }),
};
