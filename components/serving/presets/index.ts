import type { ModelServer } from '../args/server';
import { custom } from './custom';
import { llamaCpp } from './llamaCpp';
import { nim } from './nim';
import { sglang } from './sglang';
import { tgi } from './tgi';
import { triton } from './triton';
import { vllm } from './vllm';
import type { ServerPreset } from './types';

/** What we know about each server, in one file each. */
export const SERVER_PRESETS: Readonly<Record<ModelServer, ServerPreset>> = { vllm, triton, nim, tgi, sglang, llamaCpp, custom };
