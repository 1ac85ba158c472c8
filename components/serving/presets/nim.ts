import { mapInput } from '../../arguments/mapInput';
import type { ServerPreset } from './types';

/**
 * NVIDIA NIM for large language models 2.0 or later, with the files of a model that we mount (`NIM_MODEL_PATH`), not with those that it
 * would fetch from NGC: there is no network, and no key for it. It is configured by variables; its entry point stays that of the image.
 */
export const nim: ServerPreset = {
  title: 'NIM',
  user: 1000,
  group: 2000,
  port: 8000,
  furtherPorts: [],
  readinessPath: '/v1/health/ready',
  livenessPath: '/v1/health/live',
  writableDirectories: [{ name: 'nim-cache', path: '/opt/nim/.cache' }],
  sharesMemory: false,
  loads: { adapters: false, tokenizer: false, draftModel: false },
  modelIsFile: false,
  command: undefined,
  ownedOptions: [],
  arguments: () => [],
  environment: ({ modelPath, modelName, port, tensorParallelSize }) => ({
    NIM_MODEL_PATH: modelPath,
    NIM_SERVED_MODEL_NAME: modelName,
    NIM_SERVER_PORT: mapInput(port, String),
    NIM_CACHE_PATH: '/opt/nim/.cache',
    NIM_DISABLE_MODEL_DOWNLOAD: '1',
    NIM_TELEMETRY_MODE: '0',
    ...(tensorParallelSize > 1 && { NIM_TENSOR_PARALLEL_SIZE: String(tensorParallelSize) }),
  }),
};
