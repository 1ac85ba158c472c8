import type { ServerPreset } from './types';

/** A server that we know nothing about: command, arguments and what they load are those of its image or of the author. */
export const custom: ServerPreset = {
  title: 'a custom server',
  user: 1000,
  group: 1000,
  port: 8000,
  furtherPorts: [],
  readinessPath: '/health',
  livenessPath: '/health',
  writableDirectories: [],
  sharesMemory: false,
  // Mounted for it; that it loads them is for its own arguments to say.
  loads: { adapters: true, tokenizer: true, draftModel: true },
  modelIsFile: false,
  command: undefined,
  ownedOptions: [],
  arguments: () => [],
  environment: () => ({}),
};
