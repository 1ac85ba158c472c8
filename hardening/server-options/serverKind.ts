import type { Word } from './commandLine';
import type { ModelServerKind } from './types';

type KnownServer = Exclude<ModelServerKind, 'custom'>;

/** Programs and modules by which a command line tells its server. */
export const SERVER_PROGRAMS: readonly (readonly [pattern: RegExp, server: KnownServer])[] = [
  [/(?:^|\/)vllm$|^vllm\./, 'vllm'],
  [/(?:^|\/)tritonserver$/, 'triton'],
  [/(?:^|\/)text-generation-(?:launcher|router|server)$/, 'tgi'],
  [/(?:^|\/)sglang$|^sglang\./, 'sglang'],
  [/(?:^|\/)(?:llama-server|llama\.cpp)$/, 'llamaCpp'],
];

/** Repositories of the official images and the usual mirrors of them. */
export const SERVER_IMAGES: readonly (readonly [pattern: RegExp, server: KnownServer])[] = [
  [/vllm/, 'vllm'],
  [/\/nim\//, 'nim'],
  [/tritonserver/, 'triton'],
  [/text-generation-inference/, 'tgi'],
  [/sglang/, 'sglang'],
  [/llama[.-]?cpp|llama-server/, 'llamaCpp'],
];

/** The server that a command line starts, or else the one that the image is named after; undefined when neither tells. */
export function recogniseServer(lines: readonly (readonly Word[])[], image: string | undefined): KnownServer | undefined {
  for (const { text } of lines.flat()) {
    const server = SERVER_PROGRAMS.find(([pattern]) => text !== undefined && pattern.test(text))?.[1];
    if (server !== undefined) return server;
  }
  const repository = (image ?? '').split('@')[0]?.toLowerCase() ?? '';
  return SERVER_IMAGES.find(([pattern]) => pattern.test(repository))?.[1];
}
