import type * as k8s from '@pulumi/kubernetes';

import { CACHE_PATH, TMP_PATH } from '../checks';
import type { ModelServingSettings } from '../settings';

/** Hubs off: a server asks them for whatever it misses, and nobody verified that. */
const OFFLINE = {
  HF_HUB_OFFLINE: '1',
  TRANSFORMERS_OFFLINE: '1',
  HF_DATASETS_OFFLINE: '1',
  HF_HUB_DISABLE_TELEMETRY: '1',
  DO_NOT_TRACK: '1',
};

/** The places that a read-only root leaves to write, for what Python servers and their compilers look for. */
const WRITABLE = {
  HOME: CACHE_PATH,
  TMPDIR: TMP_PATH,
  XDG_CACHE_HOME: CACHE_PATH,
  XDG_CONFIG_HOME: `${CACHE_PATH}/config`,
  HF_HOME: `${CACHE_PATH}/huggingface`,
  TRITON_CACHE_DIR: `${CACHE_PATH}/triton`,
  TORCHINDUCTOR_CACHE_DIR: `${CACHE_PATH}/torchinductor`,
  NUMBA_CACHE_DIR: `${CACHE_PATH}/numba`,
};

/** Variables of the server; what the author sets comes last. */
export function environment(settings: ModelServingSettings): k8s.types.input.core.v1.EnvVar[] {
  return Object.entries({ ...OFFLINE, ...WRITABLE, ...settings.invocation.env }).map(([name, value]) => ({ name, value }));
}
