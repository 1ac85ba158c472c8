/** Names of volumes, and where the server sees them. */
export const TMP_VOLUME = 'tmp';
export const CACHE_VOLUME = 'cache';
export const SHARED_MEMORY_VOLUME = 'shared-memory';
export const VERIFICATION_VOLUME = 'verification';

/** The claim of the pod on accelerators, and of the server on that claim. */
export const GPU_CLAIM = 'gpu';
