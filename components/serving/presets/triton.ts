import { mapInput } from '../../arguments/mapInput';
import type { ServerPreset } from './types';

/**
 * NVIDIA Triton Inference Server. The model is its model repository, all of which is loaded at start.
 *
 * `--model-control-mode=none` and no auto-complete: whoever may load models at run time may run code, and a missing configuration is not
 * guessed (https://github.com/triton-inference-server/server/blob/main/docs/customization_guide/deploy.md). A Python model of the
 * repository still is code: that it is signed is all there is.
 */
export const triton: ServerPreset = {
  title: 'Triton',
  user: 1000,
  group: 1000,
  port: 8000,
  furtherPorts: [
    { name: 'grpc', port: 8001 },
    { name: 'metrics', port: 8002 },
  ],
  readinessPath: '/v2/health/ready',
  livenessPath: '/v2/health/live',
  writableDirectories: [],
  sharesMemory: true,
  loads: { adapters: false, tokenizer: false, draftModel: false },
  modelIsFile: false,
  command: ['tritonserver'],
  ownedOptions: [
    { names: ['--model-repository', '--model-store'], instead: 'set model' },
    { names: ['--model-control-mode'], instead: 'remove it: models are loaded at start, and never by a request' },
    { names: ['--http-port', '--http-address'], instead: 'set port' },
    { names: ['--grpc-port', '--metrics-port'], instead: 'remove it: ports 8001 and 8002 are named in the pod' },
    {
      names: ['--exit-on-error', '--strict-readiness', '--disable-auto-complete-config'],
      instead: 'remove it: it is set, to the strict value',
    },
    { names: ['--allow-sagemaker', '--allow-vertex-ai'], instead: 'remove it: only the Triton protocol is served' },
    { names: ['--exit-timeout-secs'], instead: 'set terminationSeconds' },
  ],
  arguments: ({ modelPath, port, drainSeconds }) => [
    mapInput(modelPath, (path) => `--model-repository=${path}`),
    '--model-control-mode=none',
    '--disable-auto-complete-config',
    '--exit-on-error=true',
    '--strict-readiness=true',
    '--allow-sagemaker=false',
    '--allow-vertex-ai=false',
    mapInput(port, (number) => `--http-port=${number}`),
    '--grpc-port=8001',
    '--metrics-port=8002',
    `--exit-timeout-secs=${drainSeconds}`,
  ],
  environment: () => ({}),
};
